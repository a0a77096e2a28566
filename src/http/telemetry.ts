/** A request that was answered. */
export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of the route, in which no token is; "none": the path led to none. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

/** What happens over HTTP, for logs and metrics. */
export interface HttpTelemetry {
  answered(request: AnsweredRequest): void;
  /** A bug: the process goes on. */
  failed(what: string, error: unknown): void;
}
