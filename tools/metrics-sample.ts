/** Metrics as Prometheus reads them: one number for each name with its labels. */
export class Sample {
  readonly text: string;
  readonly #values = new Map<string, number>();

  constructor(text: string) {
    this.text = text;
    for (const line of text.split("\n")) {
      const space = line.lastIndexOf(" ");
      if (!line.startsWith("#") && space > 0) this.#values.set(line.slice(0, space), Number(line.slice(space + 1)));
    }
  }

  /** `chatd_refusals_total{code="not-owner"}`; undefined when there is none. */
  value(name: string): number | undefined {
    return this.#values.get(name);
  }
}
