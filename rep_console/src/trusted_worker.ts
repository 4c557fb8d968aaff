/** Addresses of our own workers, past what keeps a page from starting anybody else's. */

interface Policy {
  createScriptURL(url: string): string;
}

/** A page may make each policy once only: whoever starts a worker again finds it here. */
const policies = new Map<string, Policy>();

/**
 * Return `url`, which is ours, as what a worker may be started from. The broker names the policy `name`
 * in the page's Content-Security-Policy; it lets through this address and nothing else.
 */
export function trustedWorker(name: string, url: string): string {
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
  };
  if (!trustedTypes) return url;
  let policy = policies.get(name);
  if (!policy) {
    policy = trustedTypes.createPolicy(name, {
      createScriptURL: (asked) => {
        if (asked !== url) throw new TypeError("not our worker");
        return asked;
      },
    });
    policies.set(name, policy);
  }
  return policy.createScriptURL(url);
}
