//! A change of a file as a patch that other programs can apply.
//!
//! It must not decide what changes.

use similar::TextDiff;

/// Lines around a change.
const AROUND: usize = 3;

/// The change as a unified diff, with the names that `git apply` and `patch -p1` expect; nothing where the texts are the same.
#[must_use]
pub fn unified(path: &str, before: &str, after: &str) -> String {
    let (old, new) = if path.starts_with('/') { (path.to_owned(), path.to_owned()) } else { (format!("a/{path}"), format!("b/{path}")) };
    TextDiff::from_lines(before, after).unified_diff().context_radius(AROUND).header(&old, &new).to_string()
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn a_patch_names_the_file_and_shows_the_lines_around() {
        let before = "a: 1\nb: 2\nc: NO\nd: 4\n";
        insta::assert_snapshot!(unified("flows/a.yaml", before, &before.replace("NO", "\"NO\"")), @r#"
        --- a/flows/a.yaml
        +++ b/flows/a.yaml
        @@ -1,4 +1,4 @@
         a: 1
         b: 2
        -c: NO
        +c: "NO"
         d: 4
        "#);
        assert_eq!(unified("a.yaml", before, before), "");
    }
}
