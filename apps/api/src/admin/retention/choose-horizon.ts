/** "The head was `headSeq` at `markedAtMs`": every entry at or below it is at least that old, in server time. */
export interface StreamMark {
  readonly markedAtMs: number;
  readonly headSeq: number;
}

/** How far a device had pulled, by the cursor it presented last (P6). */
export interface Acknowledged {
  readonly seq: number;
  readonly presentedAtMs: number;
}

export interface StreamFacts {
  readonly headSeq: number;
  readonly horizonSeq: number;
  readonly nowMs: number;
  readonly marks: readonly StreamMark[];
  /** One per device and scope set, of devices that are not revoked and cursors of the present epoch. */
  readonly checkpoints: readonly Acknowledged[];
}

export interface RetentionRules {
  /** Nothing younger goes. */
  readonly minimumAgeDays: number;
  /** Older entries go even when a live device has not pulled them. */
  readonly maximumAgeDays: number;
  /** A device that was not heard of for longer holds nothing back. */
  readonly liveDeviceDays: number;
  /** So many of the newest seqs always stay. */
  readonly minimumKept: number;
}

export const RETENTION_RULES: RetentionRules = { minimumAgeDays: 7, maximumAgeDays: 45, liveDeviceDays: 14, minimumKept: 1_000 };

const DAY_MS = 86_400_000;

/**
 * Where the horizon of a stream shall be. Pure. Old enough, and behind every live device; what is past the maximum age goes
 * regardless; the newest stay in any case; it never moves back.
 */
export function chooseHorizon(stream: StreamFacts, rules: RetentionRules = RETENTION_RULES): number {
  const oldEnough = headBefore(stream.marks, stream.nowMs - rules.minimumAgeDays * DAY_MS);
  const tooOld = headBefore(stream.marks, stream.nowMs - rules.maximumAgeDays * DAY_MS);
  const liveSince = stream.nowMs - rules.liveDeviceDays * DAY_MS;
  let slowest = Number.POSITIVE_INFINITY;
  for (const { seq, presentedAtMs } of stream.checkpoints) {
    if (presentedAtMs >= liveSince) slowest = Math.min(slowest, seq);
  }
  const wanted = Math.max(Math.min(oldEnough, slowest), tooOld);
  return Math.max(stream.horizonSeq, Math.min(wanted, stream.headSeq - rules.minimumKept));
}

/** The head at the latest mark that is not after the moment; 0 when nothing is known to be that old. */
function headBefore(marks: readonly StreamMark[], momentMs: number): number {
  let head = 0;
  for (const mark of marks) if (mark.markedAtMs <= momentMs) head = Math.max(head, mark.headSeq);
  return head;
}
