from gen.verify.machine import *
def machine(entry):
    o=entry['options']; ents=entry['entries']
    names=set(ents)
    def exp(p): return Exposure(frozenset(p['open'])&names, p.get('hardirq',False), p.get('nopreempt',False))
    kinds=[]
    for n in ('syscall','exception','irq','nmi'):
        if n not in ents: continue
        nodes=[]
        for i,p in enumerate(ents[n]):
            w=p['step']; keep='frame'
            if w.endswith(')'): w,keep=w[:-1].split('(')
            op=Op(w)
            nodes.append(Node(op, () if op is Op.RETURN else (Edge(i+1),), exp(p), exp(p.get('with_kernel_regs',p)), Keep(keep)))
        kinds.append(Kind(n,tuple(nodes),True,n=='exception'))
    return Machine(tuple(kinds), Options(o['in_interrupt_returns_early'],o['exception_on_exception'],o['migrate'],Ct[o['variable_initially']]))
