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
};

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
