/* How people of the load talk to each kind of server. Those in JavaScript: bench/peers/dialect.ts. */

/*
 * What is sent, and the text that shows that it worked; an empty one: there is no such step. The arguments are the person's
 * name and the room's, in that order.
 */
struct step {
  const char *send, *until;
};

struct dialect {
  const char *name;
  struct step greeting, login, create, join;
  const char *say; /* room, text */
  int counts_lines; /* what comes is counted in lines and not in bytes */
};

#define HALF "a line that is half typed"

static const struct dialect dialects[] = {
    {
        .name = "telnet",
        .greeting = {"", "Login:"},
        .login = {"%1$s\r\n", "Welcome, "},
        .create = {"/create %2$s\r\n", " created."},
        .join = {"/join %2$s\r\n", "User %1$s joined %2$s."},
        .say = "%2$s\r\n",
    },
    {
        /* Keys come one by one (DO ECHO, DO SUPPRESS-GO-AHEAD), and everybody has a half-typed line. */
        .name = "telnet-keys",
        .greeting = {"\xff\xfd\x01\xff\xfd\x03", "Login:"},
        .login = {"%1$s\r", "Welcome, "},
        .create = {"/create %2$s\r", " created."},
        .join = {"/join %2$s\r" HALF, "User %1$s joined %2$s."},
        .say = "\x15%2$s\r" HALF,
        .counts_lines = 1,
    },
    {
        .name = "irc",
        .greeting = {"", ""},
        .login = {"NICK %1$s\r\nUSER %1$s 0 * :%1$s\r\n", " 001 "},
        .create = {"", ""},
        .join = {"JOIN #%2$s\r\n", " 366 "},
        .say = "PRIVMSG #%1$s :%2$s\r\n",
    },
    {
        .name = "redis",
        .greeting = {"", ""},
        .login = {"HELLO 3\r\n", "modules"},
        .create = {"", ""},
        .join = {"SUBSCRIBE %2$s\r\n", "subscribe\r\n"},
        .say = "PUBLISH %1$s \"%2$s\"\r\n",
    },
};

/* What came, in bytes or in lines. */
static int count(const struct dialect *dialect, const char *bytes, int length) {
  if (!dialect->counts_lines) return length;
  int lines = 0;
  for (const char *at = bytes, *end = bytes + length; (at = memchr(at, '\n', end - at)); at++) lines++;
  return lines;
}
