/* Stands in for gatekeeperd on the status socket, so that the real kiosk on the real screen can be shown every page in a minute.
 * usage: status-player SOCKET FIFO
 * Each line written to the FIFO is a status: it is sent to the kiosk, together with the screen. The device's program is asked to give
 * the screen and told nothing else. Runs in the guest, as root, until it is killed. */
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { CLIENTS = 4, LINE = 65536 };

static struct client {
    int fd;
    bool kiosk;
} clients[CLIENTS];
static char status[LINE];
static size_t status_bytes;

static void send_all(int fd, const char *text, size_t bytes)
{
    while (bytes > 0) {
        ssize_t sent = send(fd, text, bytes, MSG_NOSIGNAL);
        if (sent <= 0)
            return; /* the client is gone: the next read says so */
        text += sent;
        bytes -= (size_t)sent;
    }
}

static void send_line(int fd, const char *text)
{
    send_all(fd, text, strlen(text));
}

static void greet(struct client *client, const char *hello)
{
    client->kiosk = strstr(hello, "\"kiosk\"") != NULL;
    if (client->kiosk) {
        send_all(client->fd, status, status_bytes);
        send_line(client->fd, "{\"type\":\"screen-yours\"}\n");
    } else if (strstr(hello, "\"app\"") != NULL) {
        send_line(client->fd, "{\"type\":\"screen-wanted\"}\n");
    }
}

static void hear(struct client *client)
{
    char line[4096];
    ssize_t got = read(client->fd, line, sizeof line - 1);
    if (got <= 0) {
        close(client->fd);
        client->fd = -1;
        client->kiosk = false;
        return;
    }
    line[got] = 0;
    if (strstr(line, "\"hello\"") != NULL)
        greet(client, line);
}

static void take(int listener)
{
    int fd = accept(listener, NULL, NULL);
    for (int i = 0; fd >= 0 && i < CLIENTS; i++) {
        if (clients[i].fd < 0) {
            clients[i].fd = fd;
            return;
        }
    }
    if (fd >= 0)
        close(fd);
}

/* A status may come in pieces; what stands behind its end is the next one and replaces it. */
static void play(int fifo)
{
    static char line[LINE];
    static size_t filled;
    ssize_t got = read(fifo, line + filled, sizeof line - filled);
    if (got <= 0)
        return;
    filled += (size_t)got;
    char *end;
    while ((end = memchr(line, '\n', filled)) != NULL) {
        status_bytes = (size_t)(end - line) + 1;
        memcpy(status, line, status_bytes);
        filled -= status_bytes;
        memmove(line, end + 1, filled);
        for (int i = 0; i < CLIENTS; i++)
            if (clients[i].kiosk)
                send_all(clients[i].fd, status, status_bytes);
    }
    if (filled == sizeof line)
        filled = 0;
}

int main(int argc, char **argv)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (argc != 3 || strlen(argv[1]) >= sizeof address.sun_path) {
        fprintf(stderr, "usage: status-player SOCKET FIFO\n");
        return 2;
    }
    strcpy(address.sun_path, argv[1]);
    unlink(argv[1]);
    unlink(argv[2]);
    umask(0);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, CLIENTS) != 0 || mkfifo(argv[2], 0600) != 0) {
        perror("status-player");
        return 1;
    }
    int fifo = open(argv[2], O_RDWR | O_CLOEXEC); /* its own writer, so that it never ends */
    for (int i = 0; i < CLIENTS; i++)
        clients[i].fd = -1;
    for (;;) {
        struct pollfd waits[2 + CLIENTS] = { { .fd = listener, .events = POLLIN }, { .fd = fifo, .events = POLLIN } };
        for (int i = 0; i < CLIENTS; i++)
            waits[2 + i] = (struct pollfd){ .fd = clients[i].fd, .events = POLLIN };
        if (poll(waits, 2 + CLIENTS, -1) < 0)
            continue;
        for (int i = 0; i < CLIENTS; i++)
            if (waits[2 + i].revents != 0)
                hear(&clients[i]);
        if (waits[0].revents != 0)
            take(listener);
        if (waits[1].revents != 0)
            play(fifo);
    }
}
