/* The one receiver of all the streams of a bench, the same for every server: it must not be the bottleneck.

   receiver HOST PORT HEADS     HEADS is a file of request heads, each ended by an empty line; stream i sends the
                                i-th, and begins anew after the last.

   It opens streams, reads what comes, and notes when which stream first read which mark ("mark-" and six digits), by
   CLOCK_MONOTONIC. It is told what to do by lines on standard input, and answers each by a line:
     open N first|sent          so many streams in all; each is open when its first bytes came, or when it has asked
     wait MARK N MS             until N streams have read this mark, at most so long
     take                       how many notes, then the notes: mark, stream (32 bits), nanoseconds (64 bits)
     bytes                      how many bytes were read in all
   An answer ends with the number of streams that were refused or closed. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST 16384   /* streams */
#define MARKS 100000 /* of six digits we use five */
#define AT_ONCE 64   /* streams that are being opened at a time */
#define TAIL 10      /* bytes of a mark that may have come without its end */
#define AN_ADDRESS 3000 /* streams from each address of 127.0.1.x: the ports of one would run out */

struct stream { int fd, kept, open, last; char tail[TAIL]; };
struct note { uint32_t mark, stream; uint64_t at; };

static struct stream streams[MOST];
static struct note *notes;
static size_t noted, room;
static uint32_t seen[MARKS];
static uint64_t bytes_read;
static int made, opened, lost, poll_fd;
static char *heads[MOST];
static size_t lengths[MOST], many_heads;
static struct sockaddr_in server;

static uint64_t now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

static void die(const char *what) { perror(what); exit(1); }

static void note(int stream, int mark, uint64_t at) {
    if (mark == streams[stream].last || mark < 0 || mark >= MARKS) return;
    streams[stream].last = mark;
    if (noted == room) {
        room = room ? room * 2 : 1 << 17;
        if (!(notes = realloc(notes, room * sizeof *notes))) die("memory");
    }
    notes[noted++] = (struct note){(uint32_t)mark, (uint32_t)stream, at};
    seen[mark]++;
}

static void drop(int stream) {
    close(streams[stream].fd);
    streams[stream].fd = -1;
    lost++;
    if (!streams[stream].open) streams[stream].open = 1, opened++;
}

static void take_in(int number) {
    static char buffer[TAIL + 65536];
    struct stream *stream = &streams[number];
    memcpy(buffer, stream->tail, (size_t)stream->kept);
    ssize_t got = recv(stream->fd, buffer + stream->kept, 65536, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) { drop(number); return; }
    uint64_t at = now();
    bytes_read += (uint64_t)got;
    size_t size = (size_t)got + (size_t)stream->kept;
    if (!stream->open) {
        if (size < 12 || memcmp(buffer + 9, "200", 3)) { drop(number); return; }
        stream->open = 1, opened++;
    }
    char *from = buffer, *end = buffer + size, *found;
    while ((found = memmem(from, (size_t)(end - from), "mark-", 5)) && found + 11 <= end) {
        int mark = 0;
        for (int i = 5; i < 11; i++) mark = mark * 10 + (found[i] - '0');
        note(number, mark, at);
        from = found + 11;
    }
    stream->kept = (int)(end - from < TAIL ? end - from : TAIL);
    memcpy(stream->tail, end - stream->kept, (size_t)stream->kept);
}

static void begin(int number, int is_open) {
    struct stream *stream = &streams[number];
    struct sockaddr_in from = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    if (fd < 0) die("socket");
    from.sin_addr.s_addr = htonl(0x7f000101u + (uint32_t)(number / AN_ADDRESS));
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    if (bind(fd, (struct sockaddr *)&from, sizeof from)) die("bind");
    if (connect(fd, (struct sockaddr *)&server, sizeof server)) die("connect");
    size_t head = (size_t)number % many_heads;
    if (send(fd, heads[head], lengths[head], MSG_NOSIGNAL) != (ssize_t)lengths[head]) die("send");
    fcntl(fd, F_SETFL, O_NONBLOCK);
    *stream = (struct stream){.fd = fd, .last = -1, .open = is_open};
    opened += is_open;
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)number};
    if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event)) die("epoll_ctl");
}

/* Read what comes for at most so many milliseconds; returns when a command is there. */
static int listen_in(int ms) {
    static struct epoll_event events[1024];
    int many = epoll_wait(poll_fd, events, 1024, ms), command = 0;
    for (int i = 0; i < many; i++) {
        if (events[i].data.u32 == UINT32_MAX) command = 1;
        else if (streams[events[i].data.u32].fd >= 0) take_in((int)events[i].data.u32);
    }
    return command;
}

static void open_streams(int wanted, int is_open) {
    uint64_t patience = now() + 240000000000u;
    while ((made < wanted || opened < made) && now() < patience) {
        while (made < wanted && made - opened < AT_ONCE) begin(made, is_open), made++;
        listen_in(made < wanted && is_open ? 0 : 20);
    }
    printf("%d %d\n", opened, lost);
}

static void wait_for(int mark, uint32_t wanted, int ms) {
    uint64_t until = now() + (uint64_t)ms * 1000000u;
    for (uint64_t at = now(); seen[mark] < wanted && at < until; at = now())
        listen_in((int)((until - at) / 1000000u) + 1);
    printf("%u %d\n", seen[mark], lost);
}

static void read_heads(const char *name) {
    FILE *file = fopen(name, "rb");
    static char text[32 << 20];
    if (!file) die(name);
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    char *from = text, *end;
    while (from < text + size && (end = strstr(from, "\r\n\r\n")) && many_heads < MOST) {
        heads[many_heads] = from;
        lengths[many_heads++] = (size_t)(end + 4 - from);
        from = end + 4;
    }
}

int main(int count, char **given) {
    if (count != 4) return 2;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    server = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(given[2]))};
    inet_pton(AF_INET, given[1], &server.sin_addr);
    read_heads(given[3]);
    poll_fd = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = UINT32_MAX};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, 0, &event);
    char line[128], how[16];
    int first, third;
    uint32_t second;
    for (;;) {
        if (!listen_in(1000)) continue;
        size_t length = 0;
        while (length < sizeof line - 1 && read(0, line + length, 1) == 1 && line[length] != '\n') length++;
        if (!length) return 0;
        line[length] = 0;
        if (sscanf(line, "open %d %15s", &first, how) == 2) open_streams(first, !strcmp(how, "sent"));
        else if (sscanf(line, "wait %d %u %d", &first, &second, &third) == 3) wait_for(first, second, third);
        else if (!strcmp(line, "take")) {
            printf("%zu %d\n", noted, lost);
            fwrite(notes, sizeof *notes, noted, stdout);
            noted = 0;
        } else if (!strcmp(line, "bytes")) printf("%llu %d\n", (unsigned long long)bytes_read, lost);
        else return 2;
        fflush(stdout);
    }
}
