from test_matrix_page import *
from test_matrix_page import here, cells, TOY
def test_a(here):
    traps="void do_trap(struct pt_regs *regs)\n{\n\tuser_exit();\n\thandle(regs);\n\tuser_enter();\n}\n"
    c=cells(here, {"toy":TOY}, {"arch/toy/kernel/traps.c":traps})["toy"]
    print(c["verdict"]); print(c["in the way of offstack"]); print(c["architecture"].items)
