//! CIDR blocks, and whether a set of them is everything.

use core::net::IpAddr;

/// The two kinds of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Four bytes.
    V4,
    /// Sixteen bytes.
    V6,
}

impl Family {
    /// Both.
    pub const ALL: [Self; 2] = [Self::V4, Self::V6];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }

    const fn bits(self) -> u8 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }
}

/// A run of addresses that a CIDR names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    /// Which kind.
    pub family: Family,
    /// Bits that are fixed: 0 is everything.
    pub prefix: u8,
    first: u128,
    last: u128,
}

/// What nobody on the internet can send from, of each family (IANA's registries of special-purpose addresses). IPv6 has
/// the internet in 2000::/3 and everything else outside of it.
const PRIVATE_V4: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
];
const PRIVATE_V6: &[&str] = &["::/3", "4000::/2", "8000::/1", "2001:db8::/32"];

impl Block {
    /// Reads `10.0.0.0/8` or `2001:db8::/32`; a bare address is a block of one. None where it is neither. Bits behind the
    /// prefix are dropped, as AWS drops them.
    pub fn read(text: &str) -> Option<Self> {
        let (address, prefix) = text.trim().split_once('/').map_or((text.trim(), None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().ok()?;
        let (family, number) = match address {
            IpAddr::V4(address) => (Family::V4, u128::from(u32::from(address))),
            IpAddr::V6(address) => (Family::V6, u128::from(address)),
        };
        let prefix = match prefix {
            None => family.bits(),
            // "+8" and "08" are numbers to Rust, and no prefix to anybody.
            Some(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0')) => {
                digits.parse().ok().filter(|prefix| *prefix <= family.bits())?
            }
            Some(_) => return None,
        };
        let free = u32::from(family.bits() - prefix);
        // Shifting by all 128 bits is no shift to Rust.
        let mask = 1_u128.checked_shl(free).map_or(u128::MAX, |bit| bit - 1);
        Some(Self { family, prefix, first: number & !mask, last: number | mask })
    }

    /// Whether every address of it is one that the internet does not route.
    pub fn is_private(self) -> bool {
        leaves_nothing_of(&[self], &private(self.family))
    }
}

/// Whether these blocks together hold every address of the family that the internet routes.
pub fn is_everybody(blocks: &[Block], family: Family) -> bool {
    let mut all: Vec<Block> = blocks.iter().copied().filter(|block| block.family == family).collect();
    if all.is_empty() {
        return false;
    }
    all.extend(private(family));
    let whole = match family {
        Family::V4 => Block { family, prefix: 0, first: 0, last: u128::from(u32::MAX) },
        Family::V6 => Block { family, prefix: 0, first: 0, last: u128::MAX },
    };
    leaves_nothing_of(&[whole], &all)
}

fn private(family: Family) -> Vec<Block> {
    let texts = match family {
        Family::V4 => PRIVATE_V4,
        Family::V6 => PRIVATE_V6,
    };
    texts.iter().filter_map(|text| Block::read(text)).collect()
}

/// Whether the covers hold all of the blocks, which are of one family.
fn leaves_nothing_of(blocks: &[Block], covers: &[Block]) -> bool {
    let mut covers: Vec<(u128, u128)> = covers.iter().map(|block| (block.first, block.last)).collect();
    covers.sort_unstable();
    blocks.iter().all(|block| {
        // The first address that is not yet known to be held.
        let mut next = block.first;
        for (first, last) in &covers {
            if *first > next {
                return false;
            }
            if *last >= block.last {
                return true;
            }
            next = next.max(last + 1);
        }
        false
    })
}
