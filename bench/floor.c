/* The floor: what it costs at least to give one event to many streams. One loop over bare sockets, no logic at all.

   floor PORT                   GET opens a stream; the body of a POST is written to all of them, as one chunk. */
#define _GNU_SOURCE
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
#include <unistd.h>

#define MOST 16384
#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
#define HELLO "1f\r\nretry: 2000\nevent: hello\ndata\n\n\r\n"

static int streams[MOST], many;

static void say(int to, const char *body, size_t size) {
    char chunk[65536 + 32];
    size_t length = (size_t)sprintf(chunk, "%zx\r\n", size);
    memcpy(chunk + length, body, size);
    memcpy(chunk + length + size, "\r\n", 2);
    length += size + 2;
    for (int i = 0; i < many; i++)
        if (streams[i] >= 0 && send(streams[i], chunk, length, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)length)
            close(streams[i]), streams[i] = -1;
    send(to, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 38, MSG_NOSIGNAL);
}

static void leave(int fd) {
    for (int i = 0; i < many; i++)
        if (streams[i] == fd) streams[i] = -1;
    close(fd);
}

static void answer(int fd) {
    static char text[65536];
    ssize_t size = recv(fd, text, sizeof text - 1, 0);
    if (size <= 0) { leave(fd); return; }
    text[size] = 0;
    if (!strncmp(text, "GET ", 4)) {
        send(fd, HEAD HELLO, sizeof(HEAD HELLO) - 1, MSG_NOSIGNAL);
        if (many < MOST) streams[many++] = fd;
        return;
    }
    char *length = strcasestr(text, "content-length:"), *body = strstr(text, "\r\n\r\n");
    if (!length || !body) { leave(fd); return; }
    size_t wanted = (size_t)atol(length + 15);
    body += 4;
    while ((size_t)(text + size - body) < wanted) {
        ssize_t more = recv(fd, text + size, sizeof text - 1 - (size_t)size, 0);
        if (more <= 0) { leave(fd); return; }
        size += more;
    }
    say(fd, body, wanted);
}

int main(int count, char **given) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int door = socket(AF_INET, SOCK_STREAM, 0), poll_fd = epoll_create1(0), yes = 1;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(count > 1 ? given[1] : "0"))};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    setsockopt(door, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (bind(door, (struct sockaddr *)&at, sizeof at) || listen(door, 4096)) { perror("listen"); return 1; }
    struct epoll_event event = {.events = EPOLLIN, .data.fd = door}, events[256];
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, door, &event);
    for (;;) {
        int ready = epoll_wait(poll_fd, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.fd != door) { answer(events[i].data.fd); continue; }
            int fd = accept(door, NULL, NULL);
            if (fd < 0) continue;
            event = (struct epoll_event){.events = EPOLLIN, .data.fd = fd};
            epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event);
        }
    }
}
