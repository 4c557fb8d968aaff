"""Every HTTP call there is, and who may make it.

A handler never looks at roles: this table is where they are decided. A new row appears by itself in
`/v1/openapi.json` and in the test that tries every row with every role and none.
"""

from functools import cache

from aiohttp import web

from broker import account_calls as a
from broker import canned_calls as c
from broker import code_calls as k
from broker import contact_calls as o
from broker import download_calls as dl
from broker import export_calls as ex
from broker import file_calls as f
from broker import handlers as h
from broker import history_calls as y
from broker import inbox_calls as i
from broker import inbox_review_calls as v
from broker import ledger_calls, openapi, passkeys
from broker import photo_calls as photo
from broker import picture_calls as pic
from broker import preference_calls as e
from broker import queue_search as q
from broker import recording_calls as rec
from broker import review_calls as rev
from broker import security_calls as s
from broker import tus_calls as t
from broker import widget as w
from broker.canned import Edited
from broker.contacts import ContactOpened
from broker.direct import DirectOpening, Renewed
from broker.history import Page
from broker.http import EVERYBODY, SIGNED_IN, STAFF, Call, Nothing, Who, row
from broker.inbox import InboxMessage
from broker.inbox_reviews import Inbox as Reviewed
from broker.inbox_reviews import Preview
from broker.parts import Parts
from broker.pictures import Opening
from broker.recording_search import Page as RecordingPage
from broker.reviews import Beside
from broker.site import Shown
from broker.trails import Trail
from protocol.messages import Facts

ANYONE: tuple[Who, ...] = ("anyone",)
OPERATOR: tuple[Who, ...] = ("operator",)
ADMIN: tuple[Who, ...] = ("admin",)
OFFICER: tuple[Who, ...] = ("compliance",)
WRITERS: tuple[Who, ...] = ("rep", "lead", "admin")
FILE_SENDERS: tuple[Who, ...] = ("customer", "rep", "lead")
STREAM = web.StreamResponse


async def describe(_parts: Parts, _call: Call, _: Nothing) -> web.StreamResponse:
    """This description, as OpenAPI 3.1."""
    return web.Response(body=_description(), content_type="application/json")


@cache
def _description() -> bytes:
    return openapi.document(ROUTES)


ROUTES = (
    # --- customers and links
    row("POST", "/v1/visitors", ANYONE, h.add_visitor, Nothing, h.Visitor, rate="visitors"),
    row("GET", "/v1/site", ANYONE, h.show_site, h.AskSite, Shown),
    row("POST", "/v1/tickets", EVERYBODY, h.make_ticket, Nothing, h.Ticket),
    row("GET", "/v1/link", ("ticket",), h.open_link, Nothing, STREAM),
    # --- sessions
    row("GET", "/v1/sessions/{id}/transcript", ("customer", "rep", "lead", "admin"), y.read_transcript, y.AskTranscript, Facts),
    row("GET", "/v1/search", ("rep", "lead"), h.search, h.AskSearch, h.Hits),
    row("GET", "/v1/waiting", ("rep", "lead"), q.find_waiting, q.AskWaiting, q.WaitingFound),
    row("GET", "/v1/sessions/{id}/earlier", ("rep", "lead"), y.show_earlier, y.OfSession, y.Earlier),
    row("POST", "/v1/sessions/{id}/delete", ("lead", "admin"), y.delete_session, y.OfSession, Nothing),
    row("POST", "/v1/sessions/{id}/picture", ("customer", "rep", "lead"), pic.open_picture, pic.OfPicture, Opening),
    row("POST", "/v1/sessions/{id}/direct", ("rep", "lead"), pic.open_direct, pic.OfPicture, DirectOpening),
    row("POST", "/v1/capabilities", ("rep", "lead"), pic.renew_direct, pic.BetweenEnds, Renewed),
    row("POST", "/v1/codes", ("rep", "lead"), k.make_code, k.MakeCode, k.CodeMade),
    row("POST", "/v1/codes/cancel", ("rep", "lead"), k.cancel_code, k.ShowCode, Nothing),
    row("POST", "/v1/codes/redeem", ("customer",), k.redeem_code, k.RedeemCode, k.Expected),
    row("POST", "/v1/sessions/{id}/app", ("customer",), k.make_app_code, y.OfSession, k.AppCode),
    row("GET", "/v1/history", WRITERS, y.search_history, y.AskHistory, Page),
    row("GET", "/v1/contacts", ("rep", "lead"), o.list_contacts, o.AskContacts, o.Contacts),
    row("GET", "/v1/contacts/{id}", ("rep", "lead"), o.show_contact, y.OfSession, ContactOpened),
    row("POST", "/v1/contacts/change", ("rep", "lead"), o.change, o.ChangeContact, Nothing),
    row("POST", "/v1/contacts/merge", ("rep", "lead"), o.merge, o.MergeContacts, Nothing),
    row("POST", "/v1/contacts/delete", ("lead",), o.delete, o.DeleteContact, Nothing),
    row("GET", "/v1/directory", WRITERS, y.show_directory, Nothing, y.Directory),
    row("GET", "/v1/audit", ADMIN, y.show_audit, y.AskAudit, y.Audited),
    row("POST", "/v1/transcript-mails", ("customer",), i.mail_transcript, i.MailTranscript, Nothing, rate="messages"),
    # --- files
    row("OPTIONS", "/v1/files", ANYONE, t.describe_tus, Nothing, STREAM),
    row("POST", "/v1/files", FILE_SENDERS, t.create_file, Nothing, STREAM),
    row("HEAD", "/v1/files/{id}", FILE_SENDERS, t.show_offset, t.OfFile, STREAM),
    row("PATCH", "/v1/files/{id}", FILE_SENDERS, t.take_bytes, t.OfFile, STREAM, sends=t.CONTENT),
    row("DELETE", "/v1/files/{id}", FILE_SENDERS, t.end_file, t.OfFile, STREAM),
    row("POST", "/v1/files/{id}", FILE_SENDERS, t.call_by_other_name, t.OfFile, STREAM),
    row("POST", "/v1/sessions/{id}/files/{file}/link", FILE_SENDERS, f.link_file, f.OfSessionFile, f.Linked),
    row("GET", "/v1/files/{id}/content", ANYONE, f.send_file, f.AskContent, STREAM),
    row("GET", "/v1/files/{id}/preview", ANYONE, f.show_preview, f.AskContent, STREAM),
    # --- recordings
    row("GET", "/v1/recordings", OFFICER, rec.search_recordings, rec.AskRecordings, RecordingPage),
    row("GET", "/v1/recording-people", OFFICER, rec.show_people, Nothing, rec.People),
    row("POST", "/v1/recordings/{id}/open", OFFICER, rec.open_recording, rec.OneRecording, rec.Opened),
    row("GET", "/v1/recordings/{id}/index", OFFICER, rec.show_index, rec.AskIndex, rec.IndexNow),
    row("GET", "/v1/recordings/{id}/segments", OFFICER, rec.read_segments, rec.AskSegments, STREAM),
    row("GET", "/v1/recordings/{id}/transcript", OFFICER, rec.read_recorded_facts, rec.AskFacts, Facts),
    row("GET", "/v1/recordings/{id}/beside", OFFICER, rev.show_beside, rec.OneRecording, Beside),
    row("GET", "/v1/recordings/{id}/exports", OFFICER, ex.list_exports, rec.OneRecording, ex.Exported),
    row("POST", "/v1/recording-exports", OFFICER, ex.ask_export, ex.AskExport, ex.Asked),
    row("POST", "/v1/recording-exports/{id}/cancel", OFFICER, ex.cancel_export, rev.OneOf, Nothing),
    row("GET", "/v1/recording-exports/{id}/file", OFFICER, ex.send_export, rev.OneOf, STREAM),
    row("GET", "/v1/recordings/{id}/bundle", OFFICER, rev.send_bundle, rec.OneRecording, STREAM),
    row("POST", "/v1/recordings/{id}/take", OFFICER, rev.take_review, rec.OneRecording, Nothing),
    row("POST", "/v1/recording-comments", OFFICER, rev.write_comment, rev.WriteComment, Nothing),
    row("POST", "/v1/recording-comments/{id}/remove", OFFICER, rev.remove_comment, rev.OneOf, Nothing),
    row("POST", "/v1/recording-verdicts", OFFICER, rev.judge, rev.Judge, Nothing),
    row("POST", "/v1/recording-holds", OFFICER, rev.hold, rev.PutHold, Nothing),
    row("POST", "/v1/recording-holds/{id}/release", OFFICER, rev.release, rev.OneOf, Nothing),
    row("GET", "/v1/recordings/{id}/trail", OFFICER, v.show_trail, rec.OneRecording, Trail),
    row("GET", "/v1/ledger/head", EVERYBODY, ledger_calls.show_head, Nothing, ledger_calls.LedgerHead),
    row("GET", "/v1/ledger", OFFICER, ledger_calls.send_ledger, Nothing, STREAM),
    row("GET", "/v1/recording-trails", OFFICER, v.show_all_trails, v.AskTrail, Trail),
    row("GET", "/v1/reviews", OFFICER, v.show_reviews, v.AskReviews, Reviewed),
    row("POST", "/v1/review-assignments", OFFICER, v.assign_review, v.Assign, Nothing),
    row("GET", "/v1/review-rules", OFFICER, v.show_rules, Nothing, v.Rules),
    row("GET", "/v1/review-rule-preview", OFFICER, v.preview_rule, v.MakeRule, Preview),
    row("POST", "/v1/review-rules", OFFICER, v.make_rule, v.MakeRule, Nothing),
    row("POST", "/v1/review-rules/change", OFFICER, v.change_rule, v.ChangeRule, Nothing),
    row("POST", "/v1/review-rules/{id}/end", OFFICER, v.end_rule, rev.OneOf, Nothing),
    row("GET", "/recordings/{id}", ANYONE, rec.show_recording, rec.OneRecording, STREAM),
    # --- messages left
    row("POST", "/v1/messages", ("customer",), i.leave_message, i.LeaveMessage, Nothing, rate="messages"),
    row("POST", "/v1/messages/erase", ("customer",), i.erase_messages, Nothing, Nothing),
    row("GET", "/v1/inbox", ("rep", "lead"), i.show_inbox, i.AskInbox, i.Messages),
    row("POST", "/v1/inbox/{id}/take", ("rep", "lead"), i.take_message, i.OneMessage, InboxMessage),
    row("POST", "/v1/inbox/{id}/done", ("rep", "lead"), i.finish_message, i.OneMessage, InboxMessage),
    row("POST", "/v1/inbox/{id}/reopen", ("rep", "lead"), i.reopen_message, i.OneMessage, InboxMessage),
    row("POST", "/v1/inbox-answers", ("rep", "lead"), i.answer_message, i.Answer, InboxMessage),
    row("GET", "/v1/teams", STAFF, h.show_teams, Nothing, h.Teams),
    # --- what the console keeps ready
    row("GET", "/v1/canned", WRITERS, c.list_canned, Nothing, c.CannedList),
    row("POST", "/v1/canned", WRITERS, c.save_canned, Edited, c.CannedEntry),
    row("POST", "/v1/canned/delete", WRITERS, c.delete_canned, c.CannedGone, Nothing),
    # --- accounts
    row("POST", "/v1/sign-in", ANYONE, a.sign_in, a.SignIn, a.Me, rate="passwords", guarded=True),
    row("POST", "/v1/passkeys/ask", ANYONE, a.ask_passkey, Nothing, a.Options, rate="passwords", guarded=True),
    row("POST", "/v1/passkeys/sign-in", ANYONE, a.sign_in_with_passkey, passkeys.Shown, a.Me, rate="passwords", guarded=True),
    row("POST", "/v1/sign-out", SIGNED_IN, a.sign_out, Nothing, Nothing),
    row("POST", "/v1/welcome", ANYONE, a.welcome, a.Token, a.Welcomed, rate="passwords", guarded=True),
    row("POST", "/v1/password", ANYONE, a.set_password, a.SetPassword, a.PasswordSet, rate="passwords", guarded=True),
    row("POST", "/v1/accounts", ADMIN, a.add_account, a.AddAccount, a.AccountAdded),
    row("POST", "/v1/accounts/{id}/disable", ("admin", "compliance"), a.disable_account, a.Named, Nothing),
    row("POST", "/v1/officers", ("compliance",), a.add_officer, a.AddOfficer, a.AccountAdded),
    row("GET", "/v1/reps/{id}/photo", ANYONE, photo.show_photo, photo.AskPhoto, STREAM),
    # --- one's own
    row("GET", "/v1/me", SIGNED_IN, a.who_am_i, Nothing, a.Me),
    row("GET", "/v1/me/security", SIGNED_IN, s.show_security, Nothing, s.Security),
    row("POST", "/v1/me/confirm", SIGNED_IN, s.confirm, s.Confirm, Nothing, rate="passwords"),
    row("POST", "/v1/me/password", STAFF, s.change_password, s.ChangePassword, Nothing, rate="passwords"),
    row("POST", "/v1/me/codes", SIGNED_IN, s.propose_codes, Nothing, s.CodesProposed, fresh=True),
    row("POST", "/v1/me/codes/confirm", SIGNED_IN, s.confirm_codes, s.Code, s.RecoveryCodes, fresh=True),
    row("POST", "/v1/me/codes/remove", STAFF, s.remove_codes, Nothing, Nothing, fresh=True),
    row("POST", "/v1/me/recovery-codes", STAFF, s.new_recovery_codes, Nothing, s.RecoveryCodes, fresh=True),
    row("POST", "/v1/me/passkeys/ask", SIGNED_IN, s.propose_passkey, Nothing, a.Options, fresh=True),
    row("POST", "/v1/me/passkeys", SIGNED_IN, s.add_passkey, s.AddPasskey, s.RecoveryCodes, fresh=True),
    row("POST", "/v1/me/passkeys/{id}/remove", STAFF, s.remove_passkey, a.Named, Nothing, fresh=True),
    row("POST", "/v1/me/sign-ins/{id}/end", STAFF, s.end_sign_in, a.Named, Nothing),
    row("POST", "/v1/me/sign-ins/end-others", STAFF, s.end_other_sign_ins, Nothing, Nothing),
    row("GET", "/v1/me/preferences", STAFF, e.show_preferences, Nothing, e.Preferences),
    row("POST", "/v1/me/preferences", STAFF, e.keep_preference, e.Preference, Nothing),
    row("POST", "/v1/me/photo", STAFF, photo.take_photo, Nothing, photo.PhotoTaken, sends="image/*"),
    row("POST", "/v1/me/photo/remove", STAFF, photo.remove_photo, Nothing, Nothing),
    # --- pages
    row("GET", "/", ANYONE, h.show_customer_page, Nothing, STREAM),
    row("GET", "/console", ANYONE, h.show_console, Nothing, STREAM),
    row("GET", "/download", ANYONE, dl.show_download, dl.AskDownload, STREAM),
    row("GET", "/download/{name}", ANYONE, dl.send_download, dl.FileNamed, STREAM),
    row("GET", "/assets/{page}/{name}", ANYONE, h.send_asset, h.AssetNamed, STREAM),
    row("GET", "/lan-authority.crt", ANYONE, h.send_authority, Nothing, STREAM),
    # --- the button on other sites
    row("GET", "/widget.js", ANYONE, w.send_script, Nothing, STREAM),
    row("GET", "/widget", ANYONE, w.show_frame, w.AskFrame, STREAM),
    row("GET", "/v1/widget", ANYONE, w.show_state, w.AskWidget, w.WidgetState, rate="buttons"),
    row("POST", "/v1/windows", ("customer",), w.hand_over, Nothing, w.Handover),
    row("POST", "/v1/windows/open", ANYONE, w.open_window, w.RedeemHandover, w.Window, rate="visitors", guarded=True),
    row("GET", "/demo", ANYONE, w.show_demo, Nothing, STREAM),
    # --- operators
    row("GET", "/healthz", ANYONE, h.is_alive, Nothing, h.Health),
    row("GET", "/readyz", ANYONE, h.is_ready, Nothing, h.Health),
    row("GET", "/metrics", OPERATOR, h.show_metrics, Nothing, STREAM),
    row("GET", "/v1/openapi.json", ANYONE, describe, Nothing, STREAM),
)  # fmt: skip
