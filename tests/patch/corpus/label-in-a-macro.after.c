#define leave_if(x) do { if (x) goto out; } while (0)

void do_trap(struct pt_regs *regs)
{
	leave_if(!user_mode(regs));
	handle(regs);
out:
	return;
}
