/*
 * thread_number.h - a small number for each thread: 0, 1, 2 ..., in the order in which they ask first.
 *
 * By it threads choose where to count, so that they do not all write to the same place in memory.
 */
#ifndef CUPEL_API_THREAD_NUMBER_H
#define CUPEL_API_THREAD_NUMBER_H

unsigned thread_number(void);

#endif
