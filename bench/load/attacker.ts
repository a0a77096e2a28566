/** The attacking process: is told which attack on which ports, and goes on with it until it is ended. */
import { type Attack, attacks, type Ports } from "./attacks.ts";

export interface Target extends Ports {
  readonly attack: Attack;
}

process.once("message", ({ attack, ...ports }: Target) => attacks[attack](ports));
process.on("disconnect", () => process.exit());
