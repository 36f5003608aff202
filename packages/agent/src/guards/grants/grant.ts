/** Who may reach what over a network. */
export interface NetworkGrant {
  readonly kind: "network";
  readonly direction: "ingress" | "egress";
  /** `tcp`, `udp`, `icmp` …; `all`. */
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  /** A CIDR block, or a name as the configuration writes it: a security group, a prefix list, a tag. */
  readonly peer: string;
}

/** One statement's action on one resource by one principal. */
export interface PolicyGrant {
  readonly kind: "allow" | "deny";
  readonly action: string;
  readonly resource: string;
  /** `-` where the policy belongs to who it is attached to. */
  readonly principal: string;
  /** Digest of the conditions; absent: unconditional. */
  readonly condition?: string;
}

/** A switch that opens something: `publicly_accessible`, `acl public-read`. */
export interface OpenGrant {
  readonly kind: "open";
  readonly what: string;
}

/** What a resource opens to others, one fact each. `deny` is the one kind of which more is narrower. */
export type Grant = NetworkGrant | PolicyGrant | OpenGrant;

/** A part of a fact as one word. */
function word(text: string): string {
  return text.replace(/[\s%]/g, (character) => encodeURIComponent(character)) || "%";
}

function unword(text: string): string {
  return text === "%"
    ? ""
    : text.replace(/%(?:[0-9A-F]{2})+/g, (escaped) => {
        try {
          return decodeURIComponent(escaped);
        } catch {
          return escaped;
        }
      });
}

/** `ingress tcp/22-22 0.0.0.0/0`, `allow s3:* on * by -`, `open publicly_accessible`: for people, and read by {@link parseGrant}. */
export function formatGrant(grant: Grant): string {
  switch (grant.kind) {
    case "network":
      return `${grant.direction} ${word(grant.protocol)}/${grant.from}-${grant.to} ${word(grant.peer)}`;
    case "allow":
    case "deny": {
      const condition = grant.condition === undefined ? "" : ` if ${word(grant.condition)}`;
      return `${grant.kind} ${word(grant.action)} on ${word(grant.resource)} by ${word(grant.principal)}${condition}`;
    }
    case "open":
      return `open ${word(grant.what)}`;
  }
}

/** The fact that {@link formatGrant} wrote; any other text is an `open` of that text. */
export function parseGrant(text: string): Grant {
  const network = /^(ingress|egress) (\S+)\/(-?\d+)-(-?\d+) (\S+)$/.exec(text);
  if (network !== null) {
    const [, direction, protocol = "", from, to, peer = ""] = network;
    return {
      kind: "network",
      direction: direction === "egress" ? "egress" : "ingress",
      protocol: unword(protocol),
      from: Number(from),
      to: Number(to),
      peer: unword(peer),
    };
  }
  const policy = /^(allow|deny) (\S+) on (\S+) by (\S+)(?: if (\S+))?$/.exec(text);
  if (policy !== null) {
    const [, kind, action = "", resource = "", principal = "", condition] = policy;
    return {
      kind: kind === "deny" ? "deny" : "allow",
      action: unword(action),
      resource: unword(resource),
      principal: unword(principal),
      ...(condition === undefined ? {} : { condition: unword(condition) }),
    };
  }
  return { kind: "open", what: unword(text.replace(/^open /, "")) };
}
