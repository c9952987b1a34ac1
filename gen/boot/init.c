// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The first process of a kernel that `gen boot` made: it crosses the boundary between user and kernel in every way that
 * needs no hardware, on the CPU without a tick and on another one at a time, and then restarts the machine.
 *
 * It says what it is about to do, and "gen-init: done" at the end; the rest of the console is the kernel's. It is
 * built with the tree's own nolibc, and uses what that has in every release: what it lacks in one is called by number.
 */

#include <asm/signal.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <linux/ptrace.h>

/* Up to 7.0 nolibc's system calls have other names. */
#ifdef my_syscall0
#define __nolibc_syscall0 my_syscall0
#define __nolibc_syscall1 my_syscall1
#define __nolibc_syscall2 my_syscall2
#define __nolibc_syscall3 my_syscall3
#define __nolibc_syscall4 my_syscall4
#define __nolibc_syscall5 my_syscall5
#endif

#define QUIET_CPU 1
#define SECONDS 2
#define SMALLEST_PAGE (1 << 12)
#define LARGEST_PAGE (1 << 16)

/* The kernel's log, where a line is a record that no other CPU gets into; nothing is there for who is silent. */
static int kernel_log = -1;

/* What one call of write() is to say. */
struct line {
	char text[100];
	unsigned int length;
};

static void add(struct line *line, const char *what)
{
	while (*what && line->length < sizeof(line->text))
		line->text[line->length++] = *what++;
}

static void add_number(struct line *line, unsigned long number)
{
	char digit[2] = { '0' + number % 10, 0 };

	if (number > 9)
		add_number(line, number / 10);
	add(line, digit);
}

static void say_line(const struct line *line)
{
	write(kernel_log, line->text, line->length);
}

static void say(const char *what)
{
	struct line line = { .length = 0 };

	add(&line, "gen-init: ");
	add(&line, what);
	say_line(&line);
}

/* How often something has come to the CPU without a tick; -1 where nobody counts it. */
static void tell(const char *what, long count)
{
	struct line line = { .length = 0 };

	add(&line, "gen-init: ");
	add(&line, count > 0 ? "counted: " : "cannot be: there are no ");
	if (count > 0) {
		add_number(&line, count);
		add(&line, " ");
	}
	add(&line, what);
	say_line(&line);
}

/* What nolibc lacks in one release or another. */

static long on_cpu(int cpu)
{
	unsigned long mask = 1UL << cpu;

	return __nolibc_syscall3(__NR_sched_setaffinity, 0, sizeof(mask), &mask);
}

#ifdef __x86_64__
/* The only architecture that has no place of its own to return from a signal. */
__asm__(".text\nrestore:\n\tmov $15, %eax\n\tsyscall\n");
void restore(void);
#endif

/* As the kernel takes it: what <asm/signal.h> calls so is an older one on arm. */
struct asked_action {
#ifdef __mips__
	unsigned int flags;
	void (*handler)(int);
	unsigned char mask[16];
#else
	void (*handler)(int);
	unsigned long flags;
#ifdef SA_RESTORER
	void (*restorer)(void);
#endif
	unsigned char mask[8];
#endif
};

static void handle(int signal, void (*handler)(int))
{
	struct asked_action action;

	memset(&action, 0, sizeof(action));
	action.handler = handler;
#ifdef __x86_64__
	action.flags = SA_RESTORER;
	action.restorer = restore;
#endif
	if (__nolibc_syscall4(__NR_rt_sigaction, signal, &action, 0, sizeof(action.mask)) < 0)
		say("cannot be: a signal has no handler here");
}

static int own_kill(int pid, int signal)
{
	return __nolibc_syscall2(__NR_kill, pid, signal);
}

static void own_wait(int pid, int *status)
{
	while (__nolibc_syscall4(__NR_wait4, pid, status, 0, 0) == -4)
		;
}

/* Memory behind the end of the program, in which every page has to be faulted in; there is one piece at a time. */
static char *fresh_pages(unsigned long size)
{
	unsigned long end = (__nolibc_syscall1(__NR_brk, 0) + LARGEST_PAGE - 1) & -(unsigned long)LARGEST_PAGE;

	__nolibc_syscall1(__NR_brk, end + size);
	return (char *)end;
}

static void no_more_pages(char *pages)
{
	__nolibc_syscall1(__NR_brk, pages);
}

/* What a signal's handler leaves behind. */
static volatile int caught;

static void count(int signal)
{
	(void)signal;
	caught++;
}

static void leave(int signal)
{
	(void)signal;
	exit(0);
}

/* The exercises. */

static void system_calls(void)
{
	for (int i = 0; i < 20000; i++)
		__nolibc_syscall0(__NR_getppid);
	for (int i = 0; i < 1000; i++)
		__nolibc_syscall0(__NR_sched_yield);
}

#ifdef __x86_64__
/* The system calls of 32-bit programs, which 64-bit ones may use: 64 is getppid. */
static void old_system_calls(void)
{
	long parent = __nolibc_syscall0(__NR_getppid), result;

	for (int i = 0; i < 20000; i++) {
		__asm__ volatile("int $0x80" : "=a"(result) : "a"(64L) : "memory", "r8", "r9", "r10", "r11");
		if (result != parent) {
			say("cannot be: this kernel has no system calls of 32-bit programs");
			return;
		}
	}
}
#endif

static void page_faults(void)
{
	for (int round = 0; round < 50; round++) {
		char *pages = fresh_pages(1 << 18);

		for (int at = 0; at < 1 << 18; at += SMALLEST_PAGE)
			pages[at] = 1;
		no_more_pages(pages);
	}
}

/* The kernel copies to and from pages that are not there yet. */
static void faults_in_the_kernel(void)
{
	int ends[2];

	if (__nolibc_syscall2(__NR_pipe2, ends, 0) < 0)
		return;
	for (int round = 0; round < 200; round++) {
		char *from = fresh_pages(4 * LARGEST_PAGE), *to = from + 2 * LARGEST_PAGE;

		write(ends[1], from + LARGEST_PAGE - 100, 200);
		read(ends[0], to + LARGEST_PAGE - 100, 200);
		write(ends[1], (void *)16, 8);
		no_more_pages(from);
	}
	close(ends[0]);
	close(ends[1]);
}

static void signals(void)
{
	int self = __nolibc_syscall0(__NR_getpid);

	handle(SIGUSR1, count);
	for (int i = 0; i < 2000; i++)
		own_kill(self, SIGUSR1);
}

static void undefined(void)
{
#if defined(__aarch64__)
	__asm__ volatile(".inst 0");
#elif defined(__riscv)
	__asm__ volatile("unimp");
#elif defined(__x86_64__)
	__asm__ volatile("ud2");
#elif defined(__arm__)
	__asm__ volatile(".inst 0xe7f000f0");
#elif defined(__mips__)
	__asm__ volatile(".word 0x0000003f");
#elif defined(__powerpc__)
	__asm__ volatile(".long 0");
#else
	__builtin_trap();
#endif
}

static void breakpoint(void)
{
#if defined(__aarch64__)
	__asm__ volatile("brk #0");
#elif defined(__riscv)
	__asm__ volatile("ebreak");
#elif defined(__x86_64__)
	__asm__ volatile("int3");
#elif defined(__arm__)
	__asm__ volatile(".inst 0xe7f001f0");
#elif defined(__mips__)
	__asm__ volatile("break");
#elif defined(__powerpc__)
	__asm__ volatile("trap");
#else
	__builtin_trap();
#endif
}

static void unaligned(void)
{
	static char bytes[64] __attribute__((aligned(64)));
	volatile long *odd = (volatile long *)(bytes + 3);

	*odd = *odd + 1;
	__atomic_fetch_add((long *)(bytes + 3), 1, __ATOMIC_SEQ_CST);
}

static void stray_jump(void)
{
	((void (*)(void))((unsigned long)leave | 2 | 1))();
}

static void null_pointer(void)
{
	volatile unsigned long nowhere = 8;

	*(volatile int *)nowhere = 1;
}

static void division(void)
{
	volatile int zero = 0, one = 1;

	one /= zero;
}

static void own_exit(void)
{
}

/* Does something that may be the end of a process, in many processes; every other one handles the signal. */
static void in_children(void (*something)(void), int rounds)
{
	static const int all[] = { SIGILL, SIGTRAP, SIGBUS, SIGSEGV, SIGFPE };

	for (int round = 0; round < rounds; round++) {
		int pid = fork(), status;

		if (pid == 0) {
			for (unsigned int i = 0; round % 2 && i < sizeof(all) / sizeof(*all); i++)
				handle(all[i], leave);
			something();
			exit(0);
		}
		own_wait(pid, &status);
	}
}

static void execs(void)
{
	static char *const arguments[] = { "init", "leave", 0 }, *const nothing[] = { 0 };

	for (int round = 0; round < 30; round++) {
		int pid = fork(), status;

		if (pid == 0) {
			execve("/init", arguments, nothing);
			exit(1);
		}
		own_wait(pid, &status);
	}
}

/* 500 signals a second, most of which interrupt user mode. */
static void timers(void)
{
	struct { long interval[2], value[2]; } every = { { 0, 2000 }, { 0, 2000 } }, never = { { 0, 0 }, { 0, 0 } };

	caught = 0;
	handle(SIGALRM, count);
	__nolibc_syscall3(__NR_setitimer, 0, &every, 0);
	while (caught < 500 * SECONDS)
		;
	__nolibc_syscall3(__NR_setitimer, 0, &never, 0);
}

static void traced(void)
{
	__nolibc_syscall4(__NR_ptrace, PTRACE_TRACEME, 0, 0, 0);
	own_kill(__nolibc_syscall0(__NR_getpid), SIGSTOP);
	for (int i = 0; i < 1000; i++)
		__nolibc_syscall0(__NR_getppid);
	exit(0);
}

static void steps(int request, int most)
{
	int pid = fork(), status = 0;

	if (pid == 0)
		traced();
	own_wait(pid, &status);
	for (int i = 0; i < most && (status & 0xff) == 0x7f; i++) {
		if (__nolibc_syscall4(__NR_ptrace, request, pid, 0, 0) < 0) {
			say("cannot be: this machine has no single step");
			break;
		}
		own_wait(pid, &status);
	}
	own_kill(pid, SIGKILL);
	own_wait(pid, &status);
}

/* Memory that a debug register watches is written by user and by kernel code; each hit is a debug exception. */
static void watched(void)
{
	static volatile int here;
	struct perf_event_attr asked;
	long long hits = 0;
	int counter, ends[2], value = 0;

	memset(&asked, 0, sizeof(asked));
	asked.type = PERF_TYPE_BREAKPOINT;
	asked.size = sizeof(asked);
	asked.bp_type = HW_BREAKPOINT_W;
	asked.bp_addr = (unsigned long)&here;
	asked.bp_len = HW_BREAKPOINT_LEN_4;
	asked.sample_period = 1;
	counter = __nolibc_syscall5(__NR_perf_event_open, &asked, 0, -1, -1, 0);
	if (counter < 0) {
		say("cannot be: this machine has no breakpoint registers");
		return;
	}
	if (__nolibc_syscall2(__NR_pipe2, ends, 0) == 0) {
		for (int round = 0; round < 500; round++) {
			here = round;
			write(ends[1], &value, sizeof(value));
			read(ends[0], (void *)&here, sizeof(here));
		}
		close(ends[0]);
		close(ends[1]);
	}
	read(counter, &hits, sizeof(hits));
	close(counter);
	tell("hits of a breakpoint register", hits);
}

/* Each overflow of a counter of cycles is an interrupt, or an NMI where the machine has one for it. */
static void perf(void)
{
	struct perf_event_attr asked;
	volatile unsigned int spin = 0;
	int counter;

	memset(&asked, 0, sizeof(asked));
	asked.type = PERF_TYPE_HARDWARE;
	asked.size = sizeof(asked);
	asked.config = PERF_COUNT_HW_CPU_CYCLES;
	asked.sample_period = 100000;
	counter = __nolibc_syscall5(__NR_perf_event_open, &asked, 0, -1, -1, 0);
	if (counter < 0) {
		say("cannot be: this machine counts no cycles");
		return;
	}
	for (int round = 0; round < 200; round++) {
		for (unsigned int i = 0; i < 100000; i++)
			spin = spin + i;
		__nolibc_syscall0(__NR_getppid);
	}
	close(counter);
}

/* How many NMIs have come to a CPU, or -1 where nobody counts them. */
static long nmis_of(int cpu)
{
	static char text[1 << 14];
	int file = open("/proc/interrupts", O_RDONLY, 0), length = 0, got;
	long count = -1;
	char *at;

	if (file < 0)
		return -1;
	while ((got = read(file, text + length, sizeof(text) - 1 - length)) > 0)
		length += got;
	close(file);
	text[length] = 0;
	for (at = text; *at && !(at[0] == 'N' && at[1] == 'M' && at[2] == 'I' && at[3] == ':'); at++)
		;
	if (!*at)
		return -1;
	for (at += 4; cpu >= 0; cpu--) {
		while (*at == ' ')
			at++;
		count = atol(at);
		while (*at && *at != ' ')
			at++;
	}
	return count;
}

/* They come from outside, into whatever is done, where somebody sends them. */
static void nmis(void)
{
	for (int round = 0; round < 10; round++)
		system_calls();
	__nolibc_syscall5(__NR_mount, "proc", "/proc", "proc", 0, 0);
	tell("NMIs from outside", nmis_of(QUIET_CPU));
}

static void all(void)
{
	say("system calls");
	system_calls();
#ifdef __x86_64__
	say("32-bit system calls");
	old_system_calls();
#endif
	say("page faults");
	page_faults();
	say("page faults in the kernel");
	faults_in_the_kernel();
	say("signals");
	signals();
	say("undefined instructions");
	in_children(undefined, 30);
	say("breakpoints");
	in_children(breakpoint, 30);
	say("unaligned accesses");
	in_children(unaligned, 30);
	say("stray jumps");
	in_children(stray_jump, 30);
	say("null pointers");
	in_children(null_pointer, 30);
	say("divisions by zero");
	in_children(division, 30);
	say("forks");
	in_children(own_exit, 100);
	say("execs");
	execs();
	say("single steps");
	steps(PTRACE_SINGLESTEP, 500);
	say("traced system calls");
	steps(PTRACE_SYSCALL, 500);
	say("timers");
	timers();
	say("watched memory");
	watched();
	say("perf");
	perf();
	say("NMIs");
	nmis();
}

int main(int count_of_arguments, char **arguments)
{
	int other, status;

	(void)arguments;
	if (count_of_arguments > 1)
		return 0;
	other = fork();
	if (other == 0) {
		on_cpu(0);
		all();
		exit(0);
	}
	kernel_log = open("/dev/kmsg", O_WRONLY, 0);
	if (on_cpu(QUIET_CPU) < 0) {
		say("looking for a second CPU, of which there is none");
	} else {
		all();
		say("the other CPU");
		own_wait(other, &status);
		say("done");
	}
	__nolibc_syscall4(__NR_reboot, 0xfee1dead, 672274793, 0x01234567, 0);
	for (;;)
		;
}
