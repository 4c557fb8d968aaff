"""The style of the download page and the pictures of its steps. They say nothing but what the words do."""

STYLE = """
:root{--ground:#eaf0f0;--surface:#fff;--ink:#16262b;--muted:#51656b;--line:#d5dfe0;--accent:#0b6b69;
--on:#fff;--tint:#e0f1ef;color-scheme:light dark;font:1rem/1.55 system-ui,"Segoe UI",Roboto,"Noto Sans",
sans-serif}
@media(prefers-color-scheme:dark){:root{--ground:#0c1416;--surface:#152024;--ink:#e8f0f1;--muted:#9db0b5;
--line:#2b3a40;--accent:#62cbc1;--on:#04211f;--tint:#17383a}}
body{margin:0;background:var(--ground);color:var(--ink)}
main{box-sizing:border-box;max-width:44rem;margin:2.5rem auto;padding:2rem 2.25rem;border-radius:1.25rem;
background:var(--surface);box-shadow:0 18px 50px -12px rgb(20 45 50/22%)}
.name{margin:0;color:var(--muted)}h1{margin:.15rem 0 1rem;font-size:1.9rem;line-height:1.2}
.lead{font-size:1.05rem}.size,.needs,.digest,section p{color:var(--muted)}
.digest{font-size:.75rem;overflow-wrap:anywhere}
.button{display:inline-block;padding:.6rem 1.2rem;border:1px solid var(--muted);border-radius:.75rem;
color:inherit;font-weight:600;text-decoration:none}
.main{border-color:transparent;background:var(--accent);color:var(--on)}
.button:focus-visible,summary:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
ol{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:1rem;margin:1.75rem 0;padding:0;
list-style:none;counter-reset:step}
li{display:grid;gap:.6rem;align-content:start;counter-increment:step}
li svg{width:100%;height:6.5rem;border-radius:.9rem;background:var(--tint);stroke:var(--accent);fill:none;
stroke-width:2.5;stroke-linecap:round;stroke-linejoin:round}
li span::before{content:counter(step)". ";font-weight:700}
.how{display:grid;grid-template-columns:7rem 1fr;gap:1rem;align-items:center}
.how svg{width:100%;border-radius:.9rem;background:var(--tint);stroke:var(--accent);fill:none;stroke-width:2.5;
stroke-linecap:round;stroke-linejoin:round}
summary{cursor:pointer;font-weight:600}pre{padding:.8rem 1rem;border-radius:.75rem;background:var(--tint);
overflow-x:auto}
section{margin-top:1.75rem;padding-top:1.25rem;border-top:1px solid var(--line)}
@media(max-width:30rem){.how{grid-template-columns:1fr}.how svg{max-width:9rem}
main{margin:0;border-radius:0;padding:1.25rem}}
"""

_FRAME = '<svg viewBox="0 0 120 80" aria-hidden="true">{}</svg>'

SAVE = _FRAME.format(
    '<path d="M60 14v32M47 34l13 13 13-13M34 52v10a4 4 0 0 0 4 4h44a4 4 0 0 0 4-4V52"/>'
)
START = _FRAME.format(
    '<rect x="28" y="14" width="64" height="46" rx="6"/><path d="M28 26h64"/>'
    '<path d="M64 38l20 20-9 1-4 9z" fill="var(--surface)"/>'
)
ALLOW = _FRAME.format(
    '<path d="M60 12l26 9v17c0 16-11 26-26 31-15-5-26-15-26-31V21z"/><path d="M48 40l9 9 16-18"/>'
)
AFTER_END = _FRAME.format(
    '<path d="M38 26h44M52 26v-7h16v7M42 26l4 40h28l4-40M54 36v20M66 36v20"/>'
)
PERMIT = _FRAME.format(
    '<rect x="22" y="12" width="76" height="56" rx="6"/><path d="M22 26h76M34 40h30M34 54h22"/>'
    '<rect x="76" y="34" width="12" height="12" rx="3"/><path d="M79 40l3 3 7-9"/>'
)
TALK = _FRAME.format(
    '<path d="M30 16h60a6 6 0 0 1 6 6v26a6 6 0 0 1-6 6H58L44 66V54H30a6 6 0 0 1-6-6V22a6 6 0 0 1 6-6z"/>'
    '<path d="M40 30h40M40 41h26"/>'
)
SHARE = _FRAME.format(
    '<rect x="24" y="14" width="72" height="44" rx="5"/><path d="M60 58v10M46 68h28M60 48V27M50 36l10-10 10 10"/>'
)
CHOOSE = _FRAME.format(
    '<rect x="18" y="16" width="84" height="50" rx="6"/><rect x="27" y="26" width="20" height="30" rx="3"/>'
    '<rect x="52" y="26" width="20" height="30" rx="3" fill="var(--surface)"/>'
    '<rect x="77" y="26" width="16" height="30" rx="3"/><path d="M57 41l4 4 7-9"/>'
)
