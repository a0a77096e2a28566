import { checkAgreement } from "./checks/agreement.ts";
import { checkDelivery } from "./checks/delivery.ts";
import { Findings } from "./checks/findings.ts";
import { checkNames } from "./checks/names.ts";
import { checkOutcomes } from "./checks/outcomes.ts";
import { checkRights } from "./checks/rights.ts";
import { checkStorage } from "./checks/storage.ts";
import { checkWhispers } from "./checks/whispers.ts";
import type { Anomaly, Run } from "./history.ts";

const CHECKS = [
  checkStorage,
  checkDelivery,
  checkOutcomes,
  checkNames,
  checkRights,
  checkAgreement,
  checkWhispers,
] as const;

/** Judges a finished run by what people typed and saw and by what is stored, and by nothing else. */
export function check(run: Run): readonly Anomaly[] {
  const found = new Findings(run);
  for (const one of CHECKS) one(found);
  return found.anomalies;
}
