/**
 * Notices a server that has gone silent: it hangs, or the network swallows what is sent. The session's timeouts are the
 * server's own, so without this a request would wait as long as the connection stays open.
 */
export class AnswerWatch {
  readonly #timer: NodeJS.Timeout;
  #underWay = 0;

  /** `onSilence` is called when statements are under way and none was answered for `timeoutMs`. */
  constructor(timeoutMs: number, onSilence: () => void) {
    this.#timer = setTimeout(() => {
      if (this.#underWay > 0) onSilence();
    }, timeoutMs).unref();
  }

  /** Passes an answer on. Each answer gives those behind it the whole time again: statements of one connection run in turn. */
  watch<T>(answer: Promise<T>): Promise<T> {
    this.#underWay += 1;
    if (this.#underWay === 1) this.#timer.refresh();
    const answered = (): void => {
      this.#underWay -= 1;
      if (this.#underWay > 0) this.#timer.refresh();
    };
    answer.then(answered, answered);
    return answer;
  }
}
