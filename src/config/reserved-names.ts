const SERVER = "api chatd lobby server system";
const OPERATORS = "admin administrator moderator operator owner root";
/** Names that mean everybody, as in `/whisper all TEXT`, or nobody in particular. */
const EVERYBODY = "all everybody everyone guest here who";
/** First words of the server's sentences: somebody with the name `User` could fake `* User two joined Planes.` */
const FIRST_WORDS =
  "available bye earlier i if invalid leave lines login more name names no nobody nothing online please room rooms settings somebody the there this " +
  "times to topic type user users welcome what yes you your";

/** The names that nobody may take unless `--reserved-names` says otherwise, in lower case. */
export const reservedNames: readonly string[] = [SERVER, OPERATORS, EVERYBODY, FIRST_WORDS].flatMap((names) =>
  names.split(" "),
);
