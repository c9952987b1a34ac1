"""What is asked of each architecture's kernel, and the machine of qemu that runs it: a row each."""

from __future__ import annotations

from dataclasses import dataclass

from gen.patch.building import MACHINES, Machine

CHECKS = (
    "CONFIG_PROVE_LOCKING=y",
    "CONFIG_PROVE_RCU=y",
    "CONFIG_RCU_EQS_DEBUG=y",
    "CONFIG_DEBUG_ATOMIC_SLEEP=y",
    "CONFIG_DEBUG_PREEMPT=y",
)
"""What complains."""

TRACKING = (
    "CONFIG_NO_HZ_FULL=y",
    "CONFIG_CONTEXT_TRACKING_USER=y",
    "CONFIG_CONTEXT_TRACKING_USER_FORCE=y",
    "CONFIG_VIRT_CPU_ACCOUNTING_GEN=y",
)
"""What is complained about; forced, every CPU tracks, not only those without a tick."""

_EVERYWHERE = (
    # Or Kconfig has much on that nobody asked for.
    "CONFIG_EXPERT=y",
    *TRACKING,
    *CHECKS,
    "CONFIG_SMP=y",
    "CONFIG_PREEMPT=y",
    "CONFIG_HIGH_RES_TIMERS=y",
    "CONFIG_DEBUG_KERNEL=y",
    # A warning says its file and line, and the way there.
    "CONFIG_BUG=y",
    "CONFIG_KALLSYMS=y",
    "CONFIG_PRINTK=y",
    "CONFIG_PRINTK_TIME=y",
    "CONFIG_PRINTK_CALLER=y",
    "CONFIG_TTY=y",
    # What the first process does.
    "CONFIG_BLK_DEV_INITRD=y",
    "CONFIG_BINFMT_ELF=y",
    "CONFIG_POSIX_TIMERS=y",
    "CONFIG_PERF_EVENTS=y",
)
"""Of every kernel; what a configuration has no word for is allnoconfig's."""

# mips has the file and line in the code itself.
_VERBOSE = ("CONFIG_DEBUG_BUGVERBOSE=y",)

_PL011 = ("CONFIG_SERIAL_AMBA_PL011=y", "CONFIG_SERIAL_AMBA_PL011_CONSOLE=y")
_8250 = ("CONFIG_SERIAL_8250=y", "CONFIG_SERIAL_8250_CONSOLE=y")


@dataclass(frozen=True)
class Target:
    """How one architecture is booted.

    `options` are its own lines of .config, `image` is what qemu starts, `program` is qemu with its Debian `package`,
    `arguments` name the machine, `console` the serial line as the kernel knows it and `kernel` more of its arguments.
    `compiler` is what the first process needs, `cpus` how qemu is told of two, `nmis` how many NMIs a second are sent
    to each from outside. `where_known` are options that not every release or architecture has.
    """

    machine: Machine
    options: tuple[str, ...]
    image: str
    program: str
    package: str
    arguments: tuple[str, ...]
    console: str
    kernel: tuple[str, ...] = ()
    compiler: tuple[str, ...] = ()
    cpus: str = "2"
    nmis: int = 0
    where_known: tuple[str, ...] = _VERBOSE

    @property
    def arch(self) -> str:
        """Its folder in arch/."""
        return self.machine.arch

    @property
    def asked(self) -> tuple[str, ...]:
        """Every line that has to be in .config."""
        return (*self.machine.options, *_EVERYWHERE, *self.options)

    @property
    def goal(self) -> str:
        """What make is told to make."""
        return self.image.rpartition("/")[2]


_POWERPC = Machine(
    "powerpc",
    "powerpc64le-linux-gnu-",
    "gcc-powerpc64le-linux-gnu",
    ("CONFIG_PPC64=y", "CONFIG_PPC_BOOK3S_64=y", "CONFIG_CPU_LITTLE_ENDIAN=y"),
)

# Only a 64-bit kernel has context tracking on more than one CPU, and of those qemu has two of release 6 only.
_MIPS = Machine(
    "mips",
    "mips64-linux-gnuabi64-",
    "gcc-mips64-linux-gnuabi64",
    ("CONFIG_64BIT=y", "CONFIG_MIPS_MALTA=y", "CONFIG_CPU_MIPS64_R6=y", "CONFIG_MIPS_CPS=y", "CONFIG_MIPS32_O32=y"),
)

TARGETS = {
    target.arch: target
    for target in (
        Target(
            MACHINES["arm"],
            (*_PL011, "CONFIG_AEABI=y", "CONFIG_VFP=y", "CONFIG_NEON=y", "CONFIG_ARM_PSCI=y"),
            "arch/arm/boot/zImage",
            "qemu-system-arm",
            "qemu-system-arm",
            ("-machine", "virt", "-cpu", "cortex-a15"),
            "ttyAMA0",
            compiler=("-march=armv7-a",),
        ),
        Target(
            MACHINES["arm64"],
            # Interrupts as NMIs, so that perf can hit a window.
            (*_PL011, "CONFIG_HW_PERF_EVENTS=y", "CONFIG_ARM_PMU=y", "CONFIG_ARM64_PSEUDO_NMI=y"),
            "arch/arm64/boot/Image",
            "qemu-system-aarch64",
            "qemu-system-arm",
            ("-machine", "virt,gic-version=3", "-cpu", "cortex-a57"),
            "ttyAMA0",
            ("irqchip.gicv3_pseudo_nmi=1",),
            # Or libgcc asks the C library for the machine's atomics.
            compiler=("-mno-outline-atomics",),
        ),
        Target(
            _MIPS,
            (
                *_8250,
                "CONFIG_MIPS_FP_SUPPORT=y",
                "CONFIG_MIPSR2_TO_R6_EMULATOR=y",
                "CONFIG_POWER_RESET=y",
                "CONFIG_POWER_RESET_SYSCON=y",
            ),
            "vmlinux",
            "qemu-system-mips64",
            "qemu-system-mips",
            ("-machine", "malta", "-cpu", "I6400"),
            "ttyS0",
            # nolibc knows the ABI O32 only, and not that of release 6.
            ("mipsr2emu",),
            compiler=("-mabi=32", "-march=mips32r2", "-mnan=2008", "-mno-abicalls", "-fno-pic"),
        ),
        Target(
            _POWERPC,
            (
                "CONFIG_PPC_PSERIES=y",
                "CONFIG_PPC_OF_BOOT_TRAMPOLINE=y",
                "CONFIG_HVC_CONSOLE=y",
                # The first process uses the vector registers.
                "CONFIG_ALTIVEC=y",
                "CONFIG_VSX=y",
            ),
            "vmlinux",
            "qemu-system-ppc64",
            "qemu-system-ppc",
            ("-machine", "pseries", "-cpu", "power9"),
            "hvc0",
        ),
        Target(
            MACHINES["riscv"],
            # 6.1 selects the interrupt controller with a board alone, and the serial line waits for it.
            (*_8250, "CONFIG_SERIAL_OF_PLATFORM=y", "CONFIG_FPU=y", "CONFIG_SIFIVE_PLIC=y"),
            "arch/riscv/boot/Image",
            "qemu-system-riscv64",
            "qemu-system-misc opensbi",
            ("-machine", "virt"),
            "ttyS0",
            # qemu 7.2 describes the ISA in the old way only; 6.1 knows no other.
            where_known=(
                *_VERBOSE,
                "CONFIG_RISCV_ISA_FALLBACK=y",
            ),
        ),
        Target(
            MACHINES["x86"],
            # DEBUG_ENTRY has objtool look at noinstr code, and the entry code look at the flags.
            (*_8250, "CONFIG_DEBUG_ENTRY=y", "CONFIG_X86_MPPARSE=y", "CONFIG_PROC_FS=y", "CONFIG_IA32_EMULATION=y"),
            "arch/x86/boot/bzImage",
            "qemu-system-x86_64",
            "qemu-system-x86",
            ("-machine", "q35", "-cpu", "qemu64"),
            "ttyS0",
            # NMIs from outside are for every CPU, and not the first alone.
            ("apic_extnmi=all",),
            # The firmware's table, which is read where there is no ACPI, has one CPU a socket.
            cpus="2,sockets=2",
            nmis=100,
        ),
    )
}
"""The architectures that can be booted, by their folder in arch/."""
