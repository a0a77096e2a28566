import type { SettingName } from "./settings.ts";

/** What a setting names cannot be had. The message is shown behind the setting: it says why, and what to do. */
export class SettingError extends Error {
  override readonly name = "SettingError";
  readonly setting: SettingName;

  constructor(setting: SettingName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.setting = setting;
  }
}
