from test_lint_rules import *
from test_lint_rules import toy, THERE, TOY
from linting import *
from support import run
def test_x(toy):
    entry, kconfig = "arch/toy/kernel/entry.c", {KCONFIG: TRACKS.replace("USER", "USER if MMU")}
    code = THERE[entry] + "noinstr void do_syscall(void)\n{\n\tgoto *next;\n}\n"
    in_c = TOY.replace("code: asm", "code: c", 1)
    toy.spec(in_c)
    toy.add({**kconfig, entry: code})
    for why in ("", '    unread: "computed goto"\n', '    unread: "it is large"\n'):
        toy.spec(in_c.replace("    symbol: do_syscall\n", "    symbol: do_syscall\n"+why))
        r=run_json("lint", "--tree", "linux")
        print(r.code,[(f["rule"],f["line"],f["message"]) for f in r.findings], r.document.get("unread"))
        print(run("verify","toy","--tree","linux").out[:500])
