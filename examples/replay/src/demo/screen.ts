import { renderLine, renderScreen, type DemoView } from './view.ts';

const SCREEN_EVERY_MS = 500;
const LINE_EVERY_MS = 2_000;
const ENTER = '\u001B[?1049h\u001B[?25l';
const LEAVE = '\u001B[?25h\u001B[?1049l';
const REPAINT = '\u001B[H\u001B[J';

export interface Screen {
  /** An event as it happens; where there is no terminal it is a line of its own. */
  event(text: string): void;
  stop(): void;
}

/** Shows the demo: repainted on a terminal, a line every two seconds elsewhere. */
export function startScreen(look: () => Promise<DemoView>): Screen {
  const isTerminal = process.stdout.isTTY;
  const write = (text: string) => void process.stdout.write(text);
  const paint = async () => {
    const view = await look();
    write(isTerminal ? REPAINT + renderScreen(view) : `${renderLine(view)}\n`);
  };
  if (isTerminal) write(ENTER);
  let isStopped = false;
  const timer = setInterval(() => void (isStopped ? undefined : paint()), isTerminal ? SCREEN_EVERY_MS : LINE_EVERY_MS);
  return {
    event: (text) => (isTerminal ? undefined : write(`  ${text}\n`)),
    stop() {
      if (isStopped) return;
      isStopped = true;
      clearInterval(timer);
      if (isTerminal) write(LEAVE);
    },
  };
}
