/*
 * hello_mhd [PORT] [THREADS] - the least that a libmicrohttpd server can do, with the threading of
 * cupeld: what a call over HTTP is measured against. It reads a body and answers a constant, head and
 * body as cupeld's are to a trivial call, byte for byte but for the request's id and the time.
 */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char hello[] =
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"values\":[3],\"fuel_used\":3,\"memory_bytes\":0,"
    "\"elapsed_us\":4}}";

static enum MHD_Result answer(void *cls, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *len, void **slot)
{
    struct MHD_Response *response;
    enum MHD_Result ok;

    (void)cls, (void)url, (void)method, (void)version, (void)data;
    if (*slot == NULL) {
        *slot = hello;
        return MHD_YES;
    }
    if (*len > 0) {
        *len = 0;
        return MHD_YES;
    }
    response = MHD_create_response_from_buffer(strlen(hello), hello, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(response, "Cupel-Fuel-Used", "3");
    MHD_add_response_header(response, "Content-Type", "application/json");
    MHD_add_response_header(response, "X-Request-Id", "0123456789abcdef-12345");
    ok = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return ok;
}

int main(int argc, char **argv)
{
    unsigned short port = (unsigned short)(argc > 1 ? atoi(argv[1]) : 8081);
    long threads = argc > 2 ? atoi(argv[2]) : sysconf(_SC_NPROCESSORS_ONLN);
    struct MHD_Daemon *http = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_TURBO, port, NULL, NULL, answer, NULL,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)(threads > 1 ? threads : 2),
        MHD_OPTION_CONNECTION_LIMIT, 1000u, MHD_OPTION_END);

    if (http == NULL) {
        fprintf(stderr, "hello_mhd: cannot listen on port %u\n", port);
        return 1;
    }
    printf("listening on http://127.0.0.1:%u\n", port);
    fflush(stdout);
    pause();
    MHD_stop_daemon(http);
    return 0;
}
