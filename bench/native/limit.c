/*
 * The limit of fan-out: what a server with one thread can do at most that gives each line to everybody else in its room,
 * and nothing besides. Names are not checked, and nothing is kept. It speaks as much of chatd's line protocol as the load
 * needs: lines have the same bytes, and a join is told to its author alone. It writes once a flush and receiver, and lines
 * wait for more of them as in chatd.
 *
 *     limit ADDRESS PORT WAIT_PART WAIT_MIN_MS WAIT_MAX_MS [FILE]
 *
 * WAIT_PART: part of the time that a flush took for which the first line after it waits, unless that is below WAIT_MIN_MS; at
 * most WAIT_MAX_MS. FILE: each flush's lines are appended to it, and synced, before anybody gets them.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FILES = 65536, MAX_ROOMS = 32768, MAX_LINE = 8192, MAX_NAME = 32, MAX_PARTS = 256, MAX_EVENTS = 1024 };

static double wait_part, wait_min_ms, wait_max_ms;

struct line {
  int author;
  int start;
};

struct room {
  int *members, count, member_capacity;
  char *text;
  int text_bytes, text_capacity;
  struct line *lines;
  int line_count, line_capacity;
};

struct session {
  int fd, room;
  /* Number of the last flush in which it has lines of its own, which it does not get. */
  long spoke_in;
  char name[MAX_NAME], partial[MAX_LINE];
  int partial_bytes;
};

static struct session *sessions[MAX_FILES];
static struct room rooms[MAX_ROOMS];
static int dirty[MAX_ROOMS], dirty_count, log_file = -1;
static double wait_ms, flush_at_ms;
static long flushes;

static double now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

/* Makes place for one more element of a size. */
static void *grown(void *array, int count, int *capacity, size_t size) {
  if (count < *capacity) return array;
  *capacity = *capacity ? *capacity * 2 : 16;
  array = realloc(array, *capacity * size);
  if (!array) err(1, "realloc");
  return array;
}

/* A short or refused write loses bytes, and the load's check then fails. */
static void send_bytes(int fd, const char *bytes, int length) {
  if (write(fd, bytes, length) < 0) return;
}

static void tell(struct session *session, const char *format, ...) {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  send_bytes(session->fd, text, length);
}

/* What others said: the runs between the lines of one's own, in one write. */
static void send_without_own(struct room *room, int fd) {
  struct iovec parts[MAX_PARTS];
  int count = 0, start = -1;
  for (int i = 0; i <= room->line_count; i++) {
    int is_own = i == room->line_count || room->lines[i].author == fd;
    int at = i == room->line_count ? room->text_bytes : room->lines[i].start;
    if (!is_own && start < 0) start = at;
    if (!is_own || start < 0) continue;
    if (count == MAX_PARTS) errx(1, "too many lines in one flush");
    parts[count++] = (struct iovec){room->text + start, at - start};
    start = -1;
  }
  if (count && writev(fd, parts, count) < 0) return;
}

static void flush(struct room *room) {
  flushes++;
  for (int i = 0; i < room->line_count; i++) {
    struct session *author = sessions[room->lines[i].author];
    if (author) author->spoke_in = flushes;
  }
  for (int i = 0; i < room->count; i++) {
    int fd = room->members[i];
    if (sessions[fd]->spoke_in == flushes) send_without_own(room, fd);
    else send_bytes(fd, room->text, room->text_bytes);
  }
  room->text_bytes = room->line_count = 0;
}

static void keep(void) {
  for (int i = 0; i < dirty_count; i++) {
    struct room *room = &rooms[dirty[i]];
    if (write(log_file, room->text, room->text_bytes) != room->text_bytes) err(1, "write");
  }
  if (fdatasync(log_file)) err(1, "fdatasync");
}

static void flush_all(void) {
  if (log_file >= 0) keep();
  double start_ms = now_ms();
  for (int i = 0; i < dirty_count; i++) flush(&rooms[dirty[i]]);
  dirty_count = 0;
  wait_ms = (now_ms() - start_ms) * wait_part;
  if (wait_ms > wait_max_ms) wait_ms = wait_max_ms;
  if (wait_ms < wait_min_ms) wait_ms = 0;
}

/* Waits for what comes, while lines wait no longer than until they are due. Returns how many events there are. */
static int next_events(int epoll, struct epoll_event *events) {
  if (dirty_count == 0) return epoll_wait(epoll, events, MAX_EVENTS, -1);
  double left_ms = flush_at_ms - now_ms();
  if (left_ms < 0) left_ms = 0;
  struct timespec left = {.tv_sec = left_ms / 1e3, .tv_nsec = (long)(left_ms * 1e6) % 1000000000};
  return epoll_pwait2(epoll, events, MAX_EVENTS, &left, NULL);
}

static void say(struct session *session, const char *text, int length) {
  if (session->room < 0) return;
  struct room *room = &rooms[session->room];
  if (dirty_count == 0) flush_at_ms = now_ms() + wait_ms;
  if (room->line_count == 0) dirty[dirty_count++] = session->room;
  room->lines = grown(room->lines, room->line_count, &room->line_capacity, sizeof *room->lines);
  room->lines[room->line_count++] = (struct line){session->fd, room->text_bytes};
  while (room->text_bytes + length + MAX_NAME + 8 > room->text_capacity)
    room->text = grown(room->text, room->text_capacity, &room->text_capacity, 1);
  room->text_bytes += sprintf(room->text + room->text_bytes, "[%s]: %s\n", session->name, text);
}

static void join(struct session *session, int number) {
  if (number < 0 || number >= MAX_ROOMS) return;
  struct room *room = &rooms[number];
  room->members = grown(room->members, room->count, &room->member_capacity, sizeof *room->members);
  room->members[room->count++] = session->fd;
  session->room = number;
  tell(session, "[*]: User %s joined r%02d.\n", session->name, number);
}

static void take_line(struct session *session, char *text, int length) {
  if (length > 0 && text[length - 1] == '\r') text[--length] = 0;
  if (!session->name[0]) {
    snprintf(session->name, MAX_NAME, "%.30s", text);
    tell(session, "Welcome, %s.\n", session->name);
  } else if (!strncmp(text, "/join r", 7)) join(session, atoi(text + 7));
  else if (!strncmp(text, "/create ", 8)) tell(session, "Room %.32s created.\n", text + 8);
  else say(session, text, length);
}

static void enter(int fd, int epoll) {
  static const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct session *session = calloc(1, sizeof *session);
  if (!session) err(1, "calloc");
  session->fd = fd;
  session->room = -1;
  sessions[fd] = session;
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  send_bytes(fd, "Login:", 6);
}

static void leave(struct session *session) {
  int fd = session->fd;
  if (session->room >= 0) {
    struct room *room = &rooms[session->room];
    for (int i = 0; i < room->count; i++)
      if (room->members[i] == fd) {
        room->members[i] = room->members[--room->count];
        break;
      }
  }
  sessions[fd] = NULL;
  free(session);
  close(fd);
}

static void take(struct session *session, char *bytes, int length) {
  for (char *end = bytes + length; bytes < end;) {
    char *newline = memchr(bytes, '\n', end - bytes);
    int part = (newline ? newline : end) - bytes;
    if (session->partial_bytes + part >= MAX_LINE) part = MAX_LINE - 1 - session->partial_bytes;
    memcpy(session->partial + session->partial_bytes, bytes, part);
    session->partial_bytes += part;
    if (!newline) return;
    session->partial[session->partial_bytes] = 0;
    take_line(session, session->partial, session->partial_bytes);
    session->partial_bytes = 0;
    bytes = newline + 1;
  }
}

static int listen_at(const char *address, int port) {
  static const int on = 1;
  in_addr_t at = inet_addr(address);
  struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = at};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, (void *)&place, sizeof place) || listen(fd, 4096)) err(1, "%s:%d", address, port);
  return fd;
}

int main(int count, char **arguments) {
  if (count < 6) errx(2, "usage: limit ADDRESS PORT WAIT_PART WAIT_MIN_MS WAIT_MAX_MS [FILE]");
  wait_part = atof(arguments[3]);
  wait_min_ms = atof(arguments[4]);
  wait_max_ms = atof(arguments[5]);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  if (count > 6) {
    log_file = open(arguments[6], O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (log_file < 0) err(1, "%s", arguments[6]);
  }
  int listener = listen_at(arguments[1], atoi(arguments[2])), epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  static struct epoll_event events[MAX_EVENTS];
  static char buffer[65536];
  for (;;) {
    int ready = next_events(epoll, events);
    for (int i = 0; i < ready; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) {
        int one;
        while ((one = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
          if (one < MAX_FILES) enter(one, epoll);
          else close(one);
        }
        continue;
      }
      int got = read(fd, buffer, sizeof buffer);
      if (got > 0) take(sessions[fd], buffer, got);
      else leave(sessions[fd]);
    }
    if (dirty_count > 0 && (wait_ms == 0 || now_ms() >= flush_at_ms)) flush_all();
  }
}
