/*
 * A line that is drawn over itself ten times a second, once a second has shown that it is worth it:
 * an upload that is over at once would only flicker. The line goes away in the end, so that what
 * stays on the screen is the same with it and without.
 */
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "api/client/client.h"

enum { PATIENCE_US = 1000000, REDRAW_US = 100000, BAR_MOST = 40, NARROWEST = 30 };

void progress_init(struct progress *progress, const char *label)
{
    memset(progress, 0, sizeof *progress);
    progress->label = isatty(STDERR_FILENO) ? label : NULL;
    progress->since_us = cli_clock_us();
}

static int columns(void)
{
    struct winsize size;
    bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 80;
}

static void draw(const struct progress *progress, uint64_t done, uint64_t total, uint64_t now_us)
{
    double seconds = (double)(now_us - progress->since_us) / 1e6;
    double rate = (double)done / seconds / 1048576;
    int room = columns();
    int width = room - 50 < BAR_MOST ? room - 50 : BAR_MOST;
    if (total == 0 || room < NARROWEST) {
        fprintf(stderr, "\r\033[K%.1f MiB", (double)done / 1048576);
        return;
    }
    double share = done < total ? (double)done / (double)total : 1;
    fprintf(stderr, "\r\033[K");
    if (width > 5) {
        int filled = (int)(share * width);
        fprintf(stderr, "%-16.16s [", progress->label);
        for (int i = 0; i < width; i++) {
            fputc(i < filled ? '#' : '.', stderr);
        }
        fprintf(stderr, "] ");
    }
    fprintf(stderr, "%3d %% %6.1f MiB/s", (int)(share * 100), rate);
    fflush(stderr);
}

void progress_step(struct progress *progress, uint64_t done, uint64_t total)
{
    uint64_t now_us = cli_clock_us();
    if (progress->label == NULL || done == 0 || now_us - progress->since_us < PATIENCE_US ||
        now_us - progress->drawn_us < REDRAW_US) {
        return;
    }
    draw(progress, done, total, now_us);
    progress->drawn = true;
    progress->drawn_us = now_us;
}

void progress_fini(struct progress *progress)
{
    if (progress->drawn) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        progress->drawn = false;
    }
}
