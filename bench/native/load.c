/*
 * People who talk in rooms in a closed loop: a fixed number of lines is in flight in each room, and one is said again, by
 * the same person, when everybody in the room has got it. It counts the bytes that came to each person and looks at no text,
 * so that it costs less than the server; in the end everybody must have got as many bytes as the lines due to them have.
 *
 *     load DIALECT ROOMS PEOPLE LINES_IN_FLIGHT PAIR_EVERY_MS PORT...
 *
 * DIALECT: telnet, irc, redis. PEOPLE: in each room; they come in at the ports in turn. LINES_IN_FLIGHT: over all rooms.
 * PAIR_EVERY_MS: above 0, two people more are in a room of their own, where one says a line so long after the last one came.
 *
 * It prints "talking" when all are in and talk; reads "begin" and "end", which bound what is measured; prints a line of
 * figures; and ends with 0 when nobody missed anything.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "dialects.h"

enum { MAX_EVENTS = 512, MAX_HEARD = 64, MAX_TEXT = 128, MAX_LATENCIES = 4 << 20, ENTER_AT_ONCE = 500 };
static const double QUIET_MS = 1500, PATIENCE_MS = 120e3;

struct person {
  int fd, room, unsent_bytes;
  long said;
  long long bytes;   /* since the talk began */
  long next;         /* number of the next line of the room that is to come, from 0 */
  long long pending; /* bytes that came of it */
  char *unsent;
  char name[8], until[MAX_TEXT], heard[MAX_HEARD];
  int heard_bytes;
};

struct slot {
  struct person *sender;
  double said_at_ms;
  int missing; /* people who have not got it yet */
};

struct room {
  char name[8];
  int count;
  struct person *people;
  struct slot *slots; /* a ring, in the order in which they were said */
  int slot_count, first, in_flight;
  long said;
  int own_bytes, others_bytes; /* of one line, to its author and to each of the others; 0 until they are known */
  double next_at_ms;    /* in the pair's room */
};

struct latencies {
  float ms[MAX_LATENCIES];
  int count;
  long lines; /* also those whose latency had no place any more */
};

static const struct dialect *dialect;
static struct person *people;
static struct room *rooms;
static struct latencies latencies[2]; /* of the rooms, and of the pair */
static int people_count, room_count, port_count, epoll, answers_due, lines_due, is_talking, is_measuring;
static char **ports;
static double pair_every_ms, last_came_at_ms, began_at_ms;
static long long came_bytes;
static char filler[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

static double now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static void *zeroed(size_t count, size_t size) {
  void *memory = calloc(count, size);
  if (!memory) err(1, "calloc");
  return memory;
}

static int is_pair(const struct room *room) { return pair_every_ms > 0 && room == &rooms[room_count - 1]; }

static void watch(struct person *person, int operation) {
  struct epoll_event event = {.events = EPOLLIN | (person->unsent_bytes ? EPOLLOUT : 0), .data.ptr = person};
  epoll_ctl(epoll, operation, person->fd, &event);
}

static void send_text(struct person *person, const char *text, int length) {
  if (person->unsent_bytes == 0) {
    int sent = write(person->fd, text, length);
    if (sent == length) return;
    if (sent < 0 && errno != EAGAIN) err(1, "%s: write", person->name);
    if (sent > 0) text += sent, length -= sent;
  }
  person->unsent = realloc(person->unsent, person->unsent_bytes + length);
  memcpy(person->unsent + person->unsent_bytes, text, length);
  person->unsent_bytes += length;
  watch(person, EPOLL_CTL_MOD);
}

static void send_unsent(struct person *person) {
  int sent = write(person->fd, person->unsent, person->unsent_bytes);
  if (sent <= 0) return;
  person->unsent_bytes -= sent;
  memmove(person->unsent, person->unsent + sent, person->unsent_bytes);
  if (person->unsent_bytes == 0) watch(person, EPOLL_CTL_MOD);
}

static void say(struct room *room, struct slot slot) {
  char body[96], text[192];
  int number = slot.sender - people;
  snprintf(body, sizeof body, "T=%05d %s", number, filler);
  int length = snprintf(text, sizeof text, dialect->say, room->name, body);
  slot.said_at_ms = now_ms();
  slot.missing = room->count - (room->own_bytes == 0);
  room->slots[(room->first + room->in_flight++) % room->slot_count] = slot;
  room->said++;
  slot.sender->said++;
  lines_due++;
  send_text(slot.sender, text, length);
}

static void note_latency(struct latencies *of, double ms) {
  if (!is_measuring) return;
  of->lines++;
  if (of->count < MAX_LATENCIES) of->ms[of->count++] = ms;
}

/* Lines come in the order in which they were said, so bytes tell which of them have come to a person. */
static void count_lines(struct person *person, struct room *room, int bytes) {
  for (person->pending += bytes; person->next < room->said; person->next++) {
    struct slot *slot = &room->slots[person->next % room->slot_count];
    int due = slot->sender == person ? room->own_bytes : room->others_bytes;
    if (due == 0) continue;
    if (person->pending < due) return;
    person->pending -= due;
    slot->missing--;
  }
}

/* What has come to everybody is said again. */
static void go_on(struct room *room) {
  while (room->in_flight > 0 && room->slots[room->first].missing == 0) {
    struct slot slot = room->slots[room->first];
    room->first = (room->first + 1) % room->slot_count;
    room->in_flight--;
    lines_due--;
    double now = now_ms();
    note_latency(&latencies[is_pair(room)], now - slot.said_at_ms);
    if (is_pair(room)) room->next_at_ms = now + pair_every_ms;
    else if (is_talking) say(room, slot);
  }
}

static void listen_for(struct person *person, const char *bytes, int length) {
  char all[MAX_HEARD + 65536];
  memcpy(all, person->heard, person->heard_bytes);
  memcpy(all + person->heard_bytes, bytes, length);
  int total = person->heard_bytes + length;
  if (memmem(all, total, person->until, strlen(person->until))) {
    person->until[0] = 0;
    person->heard_bytes = 0;
    answers_due--;
    return;
  }
  person->heard_bytes = total < MAX_HEARD ? total : MAX_HEARD - 1;
  memcpy(person->heard, all + total - person->heard_bytes, person->heard_bytes);
}

/*
 * At once: servers that leave Nagle's algorithm on (RFC 896) would wait for an acknowledgement that this end would delay, and
 * the delay be measured. The kernel takes the wish back now and then (tcp(7)).
 */
static void acknowledge(int fd) {
  static const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

static void take(struct person *person) {
  static char buffer[65536];
  int got = read(person->fd, buffer, sizeof buffer);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) errx(1, "%s: the server closed the connection", person->name);
  acknowledge(person->fd);
  last_came_at_ms = now_ms();
  int counted = count(dialect, buffer, got);
  person->bytes += counted;
  if (is_measuring) came_bytes += counted;
  if (person->until[0]) listen_for(person, buffer, got);
  struct room *room = &rooms[person->room];
  if (room->others_bytes == 0) return;
  count_lines(person, room, counted);
  go_on(room);
}

/* One turn: what came is taken, and the pair talks when it is time. */
static void turn(int at_most_ms) {
  static struct epoll_event events[MAX_EVENTS];
  int count = epoll_wait(epoll, events, MAX_EVENTS, at_most_ms);
  for (int i = 0; i < count; i++) {
    struct person *person = events[i].data.ptr;
    if (events[i].events & EPOLLOUT && person->unsent_bytes) send_unsent(person);
    if (events[i].events & ~EPOLLOUT) take(person);
  }
  struct room *pair = &rooms[room_count - 1];
  if (is_talking && is_pair(pair) && pair->in_flight == 0 && now_ms() >= pair->next_at_ms)
    say(pair, (struct slot){.sender = &pair->people[1]});
}

static void become_quiet(double quiet_ms) {
  double deadline_ms = now_ms() + PATIENCE_MS;
  last_came_at_ms = now_ms();
  while (now_ms() - last_came_at_ms < quiet_ms) {
    turn(20);
    if (now_ms() > deadline_ms) errx(1, "the server does not become quiet");
  }
}

static void wait_for(int at_most) {
  double deadline_ms = now_ms() + PATIENCE_MS;
  while (answers_due > at_most) {
    turn(100);
    if (now_ms() > deadline_ms) errx(1, "%d people wait for an answer", answers_due);
  }
}

static void start(struct person *person, struct step step) {
  char text[MAX_TEXT];
  const char *room = rooms[person->room].name;
  if (step.until[0] == 0) return;
  snprintf(person->until, sizeof person->until, step.until, person->name, room);
  answers_due++;
  int length = snprintf(text, sizeof text, step.send, person->name, room);
  if (length > 0) send_text(person, text, length);
}

static void dial(struct person *person, int index) {
  static const int on = 1;
  /* Two addresses have few ports between them, so each 4,000 people have an address of their own. */
  struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001 + index / 4000)};
  int port = atoi(ports[index % port_count]);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(0x7f000001)};
  person->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (person->fd < 0) err(1, "socket");
  setsockopt(person->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (bind(person->fd, (void *)&from, sizeof from) || connect(person->fd, (void *)&to, sizeof to)) err(1, "connect");
  setsockopt(person->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(person->fd, F_SETFL, O_NONBLOCK);
  watch(person, EPOLL_CTL_ADD);
}

static void enter_all(void) {
  for (int i = 0; i < people_count; i++) {
    dial(&people[i], i);
    start(&people[i], dialect->greeting);
    wait_for(ENTER_AT_ONCE);
  }
  wait_for(0);
  for (int i = 0; i < people_count; i++) {
    start(&people[i], dialect->login);
    wait_for(ENTER_AT_ONCE);
  }
  wait_for(0);
  for (int i = 0; i < room_count; i++) start(&rooms[i].people[0], dialect->create);
  wait_for(0);
  for (int i = 0; i < people_count; i++) {
    start(&people[i], dialect->join);
    wait_for(ENTER_AT_ONCE);
  }
  wait_for(0);
  become_quiet(QUIET_MS);
}

/* One line is said in each room, to learn how long it is for whom. */
static void measure_lines(void) {
  for (int i = 0; i < people_count; i++) people[i].bytes = 0;
  for (int i = 0; i < room_count; i++) say(&rooms[i], rooms[i].slots[0]);
  become_quiet(QUIET_MS);
  for (int i = 0; i < room_count; i++) {
    struct room *room = &rooms[i];
    room->others_bytes = room->people[0].bytes;
    room->own_bytes = room->slots[0].sender->bytes;
    if (room->others_bytes == 0) errx(1, "%s: a line came to nobody", room->name);
    for (int k = 0; k < room->count; k++)
      if (&room->people[k] != room->slots[0].sender && room->people[k].bytes != room->others_bytes)
        errx(1, "%s in %s got another line than the others", room->people[k].name, room->name);
    room->in_flight = room->said = 0;
    room->slots[0].sender->said = 0;
  }
  lines_due = 0;
  for (int i = 0; i < people_count; i++) people[i].bytes = 0;
}

static void talk(void) {
  is_talking = 1;
  for (int i = 0; i < room_count; i++) {
    struct room *room = &rooms[i];
    for (int slot = 0; slot < room->slot_count && !is_pair(room); slot++) say(room, room->slots[slot]);
  }
}

static void verify(void) {
  for (int i = 0; i < people_count; i++) {
    struct person *person = &people[i];
    struct room *room = &rooms[person->room];
    long long due = (room->said - person->said) * room->others_bytes + person->said * room->own_bytes;
    if (person->bytes != due) errx(1, "%s in %s got %lld bytes of %lld", person->name, room->name, person->bytes, due);
  }
}

static void make_people(int each, int lines_in_flight) {
  int plain_rooms = room_count - (pair_every_ms > 0);
  people_count = plain_rooms * each + (pair_every_ms > 0 ? 2 : 0);
  people = zeroed(people_count, sizeof *people);
  rooms = zeroed(room_count, sizeof *rooms);
  for (int i = 0; i < people_count; i++) {
    people[i].room = i / each < plain_rooms ? i / each : room_count - 1;
    snprintf(people[i].name, sizeof people[i].name, "u%05d", i % 100000);
  }
  for (int i = 0; i < room_count; i++) {
    struct room *room = &rooms[i];
    snprintf(room->name, sizeof room->name, "r%02d", i % 100000);
    room->people = &people[i * each];
    room->count = i < plain_rooms ? each : 2;
    room->slot_count = i < plain_rooms ? lines_in_flight / plain_rooms : 1;
    room->slots = zeroed(room->slot_count, sizeof *room->slots);
    /* The first person says nothing, and shows what comes to those who listen. */
    for (int slot = 0; slot < room->slot_count; slot++)
      room->slots[slot].sender = &room->people[1 + slot % (room->count - 1)];
  }
}

static int by_value(const void *one, const void *other) {
  float difference = *(const float *)one - *(const float *)other;
  return (difference > 0) - (difference < 0);
}

static double percentile(const struct latencies *of, double share) {
  return of->count ? of->ms[(int)(of->count * share)] : 0;
}

static void report(void) {
  const struct latencies *crowd = &latencies[0], *pair = &latencies[1];
  for (int i = 0; i < 2; i++) qsort(latencies[i].ms, latencies[i].count, sizeof(float), by_value);
  printf("{\"seconds\":%.6f,", (now_ms() - began_at_ms) / 1e3);
  printf("\"deliveries\":%.0f,\"lines\":%ld,", (double)came_bytes / rooms[0].others_bytes, crowd->lines);
  printf("\"p50Ms\":%.3f,\"p99Ms\":%.3f,", percentile(crowd, 0.5), percentile(crowd, 0.99));
  printf("\"pairP50Ms\":%.3f,\"pairP99Ms\":%.3f}\n", percentile(pair, 0.5), percentile(pair, 0.99));
  fflush(stdout);
}

/* Whoever started this says when the measured time begins and ends; when they are gone, this ends, too. */
static void obey(void) {
  char word[64];
  int got = read(STDIN_FILENO, word, sizeof word);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) exit(1);
  if (!strncmp(word, "begin", 5)) {
    is_measuring = 1;
    began_at_ms = now_ms();
  } else if (!strncmp(word, "end", 3)) {
    is_talking = is_measuring = 0;
    report();
  }
}

int main(int count, char **arguments) {
  if (count < 7) errx(2, "usage: load DIALECT ROOMS PEOPLE LINES_IN_FLIGHT PAIR_EVERY_MS PORT...");
  for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++)
    if (!strcmp(dialects[i].name, arguments[1])) dialect = &dialects[i];
  if (!dialect) errx(2, "no dialect is called %s", arguments[1]);
  int each = atoi(arguments[3]), lines_in_flight = atoi(arguments[4]);
  if (each < 2) errx(2, "a room has two people at least");
  if (lines_in_flight % atoi(arguments[2])) errx(2, "each room has as many lines in flight as the others");
  pair_every_ms = atof(arguments[5]);
  room_count = atoi(arguments[2]) + (pair_every_ms > 0);
  port_count = count - 6;
  ports = arguments + 6;
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  epoll = epoll_create1(0);
  make_people(each, lines_in_flight);
  enter_all();
  measure_lines();
  talk();
  puts("talking");
  fflush(stdout);
  fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
  for (double looked_at_ms = 0; is_talking;) {
    turn(5);
    if (now_ms() - looked_at_ms < 5) continue;
    looked_at_ms = now_ms();
    obey();
  }
  become_quiet(500);
  if (lines_due > 0) errx(1, "%d lines did not come to everybody", lines_due);
  verify();
  return 0;
}
