/** Lines that stay and one line that changes. Without a terminal only the lines that stay are written. */
export type Terminal = {
  /** A line that stays. */
  line(text?: string): void;
  /** The changing line; seconds since `since` are kept current. */
  status(text: string, since?: number): void;
  clear(): void;
};

const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';

export function makeTerminal(stream: NodeJS.WriteStream = process.stdout): Terminal {
  let current: { text: string; since: number } | undefined;
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;
  // Whoever reads no further, as `head`, ends no run.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const erase = () => {
    if (stream.isTTY) stream.write('\r\x1b[2K');
  };
  const draw = () => {
    if (current === undefined) return;
    frame = (frame + 1) % frames.length;
    const text = `${frames[frame]} ${current.text} ${seconds(Date.now() - current.since)}`;
    erase();
    stream.write(text.slice(0, (stream.columns ?? 80) - 1));
  };
  const clear = () => {
    if (current !== undefined) erase();
    current = undefined;
    clearInterval(timer);
    timer = undefined;
  };
  return {
    line(text = '') {
      erase();
      stream.write(`${text}\n`);
      draw();
    },
    status(text, since = Date.now()) {
      if (!stream.isTTY) return;
      current = { text, since };
      timer ??= setInterval(draw, 100).unref();
      draw();
    },
    clear,
  };
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** A finished step: mark, title, time, remark, in columns. */
export function stepLine(mark: '✔' | '✖', title: string, milliseconds: number, remark = ''): string {
  return `${mark} ${title.padEnd(20)} ${seconds(milliseconds).padStart(8)}   ${remark}`.trimEnd();
}
