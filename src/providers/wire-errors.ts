/** A 200 whose body is no event stream: a web page (a wrong address, a login page), or an error as JSON. */
export class AnswerIsNoStreamError extends Error {
  override readonly name = "AnswerIsNoStreamError";
  readonly statusCode: number;
  /** The beginning of the body. */
  readonly body: string;
  readonly isPage: boolean;

  constructor(statusCode: number, body: string) {
    super("the answer is no event stream");
    this.statusCode = statusCode;
    this.body = body;
    this.isPage = body.trimStart().startsWith("<");
  }
}

/** The stream ended in good order without saying that the answer is finished. */
export class IncompleteAnswerError extends Error {
  override readonly name = "IncompleteAnswerError";
}

/** The provider cannot be used; the message says why and what to do. */
export class UnsupportedProviderError extends Error {
  override readonly name = "UnsupportedProviderError";
}

/** The stream had begun and then said nothing for minutes. */
export class SilentStreamError extends Error {
  override readonly name = "SilentStreamError";
  /** As the runtime's own network errors have one. */
  readonly code = "StreamSilent";

  constructor() {
    super("nothing came for minutes");
  }
}
