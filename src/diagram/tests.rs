//! Checks of whole pictures.
//!
//! It must not check a format's details; those stand with each format.

use super::{samples, svg};

#[test]
#[ignore = "writes pictures for people to look at"]
fn write_pictures() {
    let pictures = [
        ("line", samples::line()),
        ("opportunity", samples::opportunity(true)),
        ("opportunity-en", samples::opportunity(false)),
        ("framed", samples::framed()),
        ("thirty", samples::thirty()),
    ];
    for (name, diagram) in pictures {
        std::fs::write(format!("/tmp/pictures/{name}.svg"), svg(&diagram)).unwrap();
    }
}
