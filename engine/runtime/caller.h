/*
 * caller.h - what a host function is given: a view of the store, and the instance that called.
 */
#ifndef CUPEL_RUNTIME_CALLER_H
#define CUPEL_RUNTIME_CALLER_H

struct cupel_store;
struct instance;

/* Lives as long as the host call. */
struct cupel_caller {
    struct cupel_store *store;
    struct instance *instance; /* NULL if the embedder called */
};

#endif
