// Preloaded into a program, counts its allocations and prints the number on the descriptor COUNT_FD names, at the end.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static unsigned long count;

void *malloc(size_t n) { count++; return __libc_malloc(n); }
void *calloc(size_t n, size_t size) { count++; return __libc_calloc(n, size); }
void *realloc(void *p, size_t n) { count++; return __libc_realloc(p, n); }
void *aligned_alloc(size_t alignment, size_t n) { count++; return __libc_memalign(alignment, n); }
int posix_memalign(void **p, size_t alignment, size_t n) { count++; *p = __libc_memalign(alignment, n); return *p ? 0 : 12; }

__attribute__((destructor)) static void report(void) {
  const char *fd = getenv("COUNT_FD");
  char text[32];
  int n = snprintf(text, sizeof text, "%lu\n", count);
  if (fd && n > 0) (void)!write(atoi(fd), text, (size_t)n);
}
