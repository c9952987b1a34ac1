#define leave_if(x) do { if (x) goto out; } while (0)

void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	leave_if(!user_mode(regs));
	handle(regs);
out:
	exception_exit(prev);
}
