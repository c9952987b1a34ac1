/* One macro declares and enters, another exits and counts. */
#define TRAP_PROLOGUE(prev)	enum ctx_state prev = exception_enter()
#define TRAP_EPILOGUE(prev)		\
	do {				\
		exception_exit(prev);	\
		count_trap();		\
	} while (0)

int do_with_macros(struct pt_regs *regs)
{
	TRAP_PROLOGUE(was);

	if (fast_path(regs)) {
		TRAP_EPILOGUE(was);
		return 0;
	}
	TRAP_EPILOGUE(was);
	return 1;
}
