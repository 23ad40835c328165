#define _GNU_SOURCE
#include "cbytes.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

size_t cbytes_put_general(uint8_t *p, double x, int digits) {
  int n = snprintf((char *)p, 32, "%.*g", digits, x);
  return n > 0 && n < 32 ? (size_t)n : 0;
}

double cbytes_read_double(const uint8_t *p) { return strtod((const char *)p, NULL); }

void cbytes_grow_pipe(int fd, int bytes) {
#ifdef F_SETPIPE_SZ
  (void)fcntl(fd, F_SETPIPE_SZ, bytes);
#endif
}

void cbytes_packet_pipe(int fd) {
#ifdef O_DIRECT
  (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_DIRECT);
#endif
}

int cbytes_sync_filesystem(int fd) {
#ifdef __linux__
  return syncfs(fd);
#else
  sync();
  return 0;
#endif
}

uint64_t cbytes_checksum(const uint8_t *p, size_t count) {
  const uint64_t factor = 0x9E3779B97F4A7C15u;
  // Four at a time: each waits for its own multiplication alone.
  uint64_t lane[4] = {1, 2, 3, 4}, word[4];
  size_t left = count;
  for (; left >= 32; left -= 32, p += 32) {
    memcpy(word, p, 32);
    for (int i = 0; i < 4; i++) lane[i] = (lane[i] ^ word[i]) * factor;
  }
  memset(word, 0, sizeof word);
  if (left > 0) memcpy(word, p, left);
  uint64_t sum = count;
  for (int i = 0; i < 4; i++) {
    lane[i] = (lane[i] ^ word[i]) * factor;
    sum = (sum ^ lane[i] ^ (lane[i] >> 32)) * factor;
  }
  return sum ^ (sum >> 32);
}

int cbytes_memory_file(void) { return memfd_create("snipersight", MFD_CLOEXEC); }

void cbytes_default_sigpipe(void) {
  sigset_t set;
  signal(SIGPIPE, SIG_DFL);
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static volatile sig_atomic_t interruption;
static void note_interruption(int signal_number) { interruption = signal_number; }

void cbytes_catch_interruptions(void) {
  // Some parents leave them blocked.
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  struct sigaction action = {0};
  action.sa_handler = note_interruption;  // no SA_RESTART: a blocked call must return
  sigemptyset(&action.sa_mask);
  const int signals[] = {SIGINT, SIGTERM, SIGHUP};
  for (int i = 0; i < 3; i++) {
    struct sigaction old;
    if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN) continue;  // nohup, background jobs
    sigaction(signals[i], &action, NULL);
  }
}

int cbytes_interruption(void) { return interruption; }

void cbytes_forget_interruption(void) { interruption = 0; }

void cbytes_die_of(int signal_number) {
  sigset_t set;
  signal(signal_number, SIG_DFL);
  sigemptyset(&set);
  sigaddset(&set, signal_number);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  raise(signal_number);
  _exit(128 + signal_number);
}
