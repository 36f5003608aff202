import type { Collected, Diagnostic, Resource, TimeWindow } from "@apex/core";

/** One operation that a service of ours sends, and what it needs to be allowed. */
export interface AwsCall {
  /** The name that its requests are signed for: "ec2", "autoscaling", "elasticloadbalancing", "monitoring", "ce". */
  readonly service: string;
  /** The SDK's command without its last word: "DescribeInstances". */
  readonly operation: string;
  /** IAM actions: "ec2:DescribeInstances". */
  readonly permissions: readonly string[];
  /** What the permissions can be narrowed to, as an ARN; absent for calls that list whatever there is. */
  readonly resource?: string;
}

/** What every client of the SDK is made from; the session fills it. */
export interface AwsClientConfig {
  readonly region: string;
  readonly credentials: () => Promise<AwsCredentials>;
  readonly endpoint?: string;
  readonly maxAttempts: number;
  readonly retryMode: string;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: boolean;
  };
}

/** As the SDK's own credentials. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/**
 * One account in one region, for the time of one part. Its clients share credentials, retries and the endpoint; their requests
 * end when the part is aborted, so a service need not care. They are closed when the part ends.
 */
export interface AwsSession {
  readonly accountId: string;
  /** Where `client` asks; "us-east-1" for a service that is global. */
  readonly region: string;
  /** "aws", "aws-cn", "aws-us-gov": the second field of an ARN. */
  readonly partition: string;
  /** The moment of this collection, for `observed.at` and the like: epoch milliseconds. */
  readonly nowMs: number;
  /** Aborted when the part has to stop; for waits of a service's own. */
  readonly signal: AbortSignal;
  /** Makes a client: `session.client(EC2Client)`; `more` is what only this service's client knows, such as S3's `forcePathStyle`. */
  client<Client extends AwsClient, More extends object = object>(
    make: new (config: AwsClientConfig & More) => Client,
    more?: More,
  ): Client;
  /**
   * Runs what a part can do without: a refusal or failure of it becomes a diagnostic that names the missing permission and what it
   * costs ("without it … is not known"), and the part goes on. Throttling is retried before. The diagnostic does not name the place:
   * readers of a collection tell the same of all regions once.
   */
  optional<T>(call: AwsCall, cost: string, work: () => Promise<T>): Promise<Optional<T>>;
}

/** What a part could do without: its value, or what is told of its loss. */
export type Optional<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly diagnostic: Diagnostic };

/** As much of an SDK client as a session needs to know. */
export interface AwsClient {
  destroy(): void;
}

/**
 * A service of which resources, bills or opinions are collected. It throws what the SDK throws: the frame retries, translates
 * errors (`errors.ts`) and names the part that was lost.
 */
export interface AwsService {
  /** The last segment of its parts' keys and its name in `--services`: "ec2-instances". Never changes. */
  readonly name: string;
  /** For progress and errors, before "in eu-west-1": "EC2 instances". */
  readonly title: string;
  /** Asked once an account, in us-east-1, not in every region. */
  readonly isGlobal?: boolean;
  /** Every operation that `collect` may send: the permissions that `apex permissions aws` prints. A test compares it with what is sent. */
  readonly calls: readonly AwsCall[];
  collect(session: AwsSession): AsyncIterable<Collected>;
}

/** A piece of the metrics of one account and region: one or a few full requests. */
export interface AwsMetricBatch {
  /** Unique within its service, account and region, and the same for the same resources and window: "0003". */
  readonly name: string;
  collect(session: AwsSession): AsyncIterable<Collected>;
}

/** A source of metrics: CloudWatch. */
export interface AwsMetricService extends Pick<AwsService, "name" | "title" | "calls"> {
  /** Cuts the metrics of one account's resources in the session's region into batches; may ask which metrics there are. */
  batches(
    session: AwsSession,
    resources: readonly Resource[],
    window: TimeWindow,
  ): Promise<readonly AwsMetricBatch[]>;
}
