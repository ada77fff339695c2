//! Rules are embedded when the crate is compiled. Cargo notices a changed file by itself, but not one that is new or gone.

fn main() {
    println!("cargo::rerun-if-changed=rules");
}
