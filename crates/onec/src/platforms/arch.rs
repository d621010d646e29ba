//! The architecture of a client.

/// The processor a program was built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Arch {
    /// 32-bit Intel.
    X86,
    /// 64-bit Intel.
    X86_64,
    /// 64-bit ARM.
    Arm64,
}

/// Which architecture a base or a setting asks for: the values of `/AppArch`, `AppArch=` and `DefaultVersion=...;<arch>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ArchWish {
    /// `x86`: 32 bits only.
    X86,
    /// `x86_prt`: 32 bits rather than 64; what the platform takes when nothing is said.
    #[default]
    X86Rather,
    /// `x86_64`: 64 bits only.
    X86_64,
    /// `x86_64_prt`: 64 bits rather than 32.
    X86_64Rather,
}

impl Arch {
    /// Reads the header of a program of Windows, Linux or macOS; `None` for anything else, also for universal programs.
    pub fn of_program(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"MZ") {
            let at = usize::try_from(u32::from_le_bytes(bytes(head, 0x3c)?)).ok()?;
            let header: [u8; 6] = bytes(head, at)?;
            return match header {
                [b'P', b'E', 0, 0, 0x64, 0x86] => Some(Self::X86_64),
                [b'P', b'E', 0, 0, 0x4c, 0x01] => Some(Self::X86),
                [b'P', b'E', 0, 0, 0x64, 0xaa] => Some(Self::Arm64),
                _ => None,
            };
        }
        if head.starts_with(b"\x7fELF") {
            return match bytes(head, 18)? {
                [0x3e, 0] => Some(Self::X86_64),
                [0x03, 0] => Some(Self::X86),
                [0xb7, 0] => Some(Self::Arm64),
                _ => None,
            };
        }
        match bytes(head, 0)? {
            [0xcf, 0xfa, 0xed, 0xfe, 0x07, 0, 0, 0x01] => Some(Self::X86_64),
            [0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 0x01] => Some(Self::Arm64),
            [0xce, 0xfa, 0xed, 0xfe, 0x07, 0, 0, 0] => Some(Self::X86),
            _ => None,
        }
    }

    /// Reads the name of a folder that holds versions of one architecture (`/opt/1cv8/x86_64`).
    pub fn of_folder(name: &str) -> Option<Self> {
        match name {
            "x86_64" | "amd64" => Some(Self::X86_64),
            "i386" | "i686" | "x86" => Some(Self::X86),
            "arm64" | "aarch64" => Some(Self::Arm64),
            _ => None,
        }
    }
}

impl ArchWish {
    /// Reads a value of `/AppArch`, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "x86" => Some(Self::X86),
            "x86_prt" => Some(Self::X86Rather),
            "x86_64" => Some(Self::X86_64),
            "x86_64_prt" => Some(Self::X86_64Rather),
            _ => None,
        }
    }

    /// Whether this architecture is refused; an architecture that is not known is never refused.
    pub fn refuses(self, arch: Option<Arch>) -> bool {
        match self {
            Self::X86 => matches!(arch, Some(Arch::X86_64)),
            Self::X86_64 => matches!(arch, Some(Arch::X86)),
            Self::X86Rather | Self::X86_64Rather => false,
        }
    }

    /// Whether this architecture is the preferred one.
    pub fn prefers(self, arch: Option<Arch>) -> bool {
        match self {
            Self::X86 | Self::X86Rather => arch == Some(Arch::X86),
            Self::X86_64 | Self::X86_64Rather => arch == Some(Arch::X86_64),
        }
    }
}

fn bytes<const N: usize>(head: &[u8], at: usize) -> Option<[u8; N]> {
    head.get(at..at.checked_add(N)?)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn windows(machine: [u8; 2]) -> Vec<u8> {
        let mut head = vec![0; 0x80];
        head[..2].copy_from_slice(b"MZ");
        head[0x3c] = 0x80;
        head.extend([b'P', b'E', 0, 0, machine[0], machine[1]]);
        head
    }

    fn linux(machine: u8) -> Vec<u8> {
        let mut head = b"\x7fELF".to_vec();
        head.resize(18, 0);
        head.extend([machine, 0]);
        head
    }

    #[test]
    fn headers_tell_the_architecture() {
        for (head, expected) in [
            (windows([0x64, 0x86]), Some(Arch::X86_64)),
            (windows([0x4c, 0x01]), Some(Arch::X86)),
            (windows([0x64, 0xaa]), Some(Arch::Arm64)),
            (windows([1, 2]), None),
            (linux(0x3e), Some(Arch::X86_64)),
            (linux(0x03), Some(Arch::X86)),
            (linux(0xb7), Some(Arch::Arm64)),
            (b"\xcf\xfa\xed\xfe\x07\0\0\x01".to_vec(), Some(Arch::X86_64)),
            (b"\xcf\xfa\xed\xfe\x0c\0\0\x01".to_vec(), Some(Arch::Arm64)),
            (b"\xca\xfe\xba\xbe\0\0\0\x02".to_vec(), None),
            (b"MZ".to_vec(), None),
            (b"#!/bin/sh".to_vec(), None),
            (Vec::new(), None),
        ] {
            assert_eq!(Arch::of_program(&head), expected, "{head:?}");
        }
    }

    #[test]
    fn an_offset_outside_of_the_header_is_no_program() {
        let mut head = windows([0x64, 0x86]);
        head[0x3c..0x40].copy_from_slice(&[0xff; 4]);
        assert_eq!(Arch::of_program(&head), None);
    }

    proptest! {
        #[test]
        fn any_bytes(
            magic in prop::sample::select(vec![&b"MZ"[..], b"\x7fELF", b"\xcf\xfa\xed\xfe", b""]),
            rest: Vec<u8>,
        ) {
            let _ = Arch::of_program(&[magic, &rest].concat());
        }
    }
}
