use super::key;
use crate::ring::wrap::{CommandWrapper, KeyWrapper, MAX_WRAPPED_LEN, WrapError};
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn shell(wrap: &str, unwrap: &str) -> CommandWrapper {
    CommandWrapper::new("test:sh", ["/bin/sh", "-c", wrap], ["/bin/sh", "-c", unwrap]).unwrap()
}

/// A shell that runs the same both ways.
fn both(script: &str) -> CommandWrapper {
    shell(script, script)
}

#[test]
fn what_a_program_wrapped_it_unwraps() {
    let wrapper = shell("/bin/cat; printf tail", "/usr/bin/head -c 32");
    let wrapped = wrapper.wrap(&key()).unwrap();
    assert_eq!(wrapped, [&key().expose()[..], b"tail"].concat());
    assert_eq!(wrapper.unwrap(&wrapped).unwrap(), key());
}

#[test]
fn injection_there_is_no_shell_between() {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("ran");
    let evil = format!("; touch {} ;", trace.display());
    let wrapper = CommandWrapper::new("test:echo", ["/bin/echo", &evil], ["/bin/echo", "$(id)"]).unwrap();
    assert_eq!(wrapper.wrap(&key()).unwrap(), format!("{evil}\n").as_bytes());
    assert!(matches!(wrapper.unwrap(b"x"), Err(WrapError::Size { len: 6 })));
    assert!(!trace.exists());
}

#[test]
fn only_variables_that_are_given_are_seen() {
    let env = ["/usr/bin/env"];
    let wrapper = CommandWrapper::new("test:env", env, env).unwrap();
    assert!(matches!(wrapper.wrap(&key()), Err(WrapError::Size { len: 0 })));
    let wrapper = wrapper.with_env("REGION", "eu-north-1");
    assert_eq!(wrapper.wrap(&key()).unwrap(), b"REGION=eu-north-1\n");
}

#[test]
fn a_program_that_hangs_is_killed_with_all_that_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let trace: PathBuf = folder.path().join("survived");
    for script in [
        "/bin/sleep 60".to_owned(),
        // Closes its output and stays; and ends, but leaves another behind that holds the output.
        "exec >&-; /bin/sleep 60".to_owned(),
        format!("(/bin/sleep 2; /bin/touch {}) & exit 0", trace.display()),
    ] {
        let start = Instant::now();
        let wrapper = both(&script).with_timeout(Duration::from_millis(200));
        assert!(matches!(wrapper.wrap(&key()), Err(WrapError::Timeout)), "{script}");
        assert!(start.elapsed() < Duration::from_secs(2), "{script}");
    }
    std::thread::sleep(Duration::from_millis(2500));
    assert!(!trace.exists(), "what it started lived on");
}

#[test]
fn flood_of_output_is_cut_off() {
    let start = Instant::now();
    let yes = ["/usr/bin/yes"];
    let wrapper = CommandWrapper::new("test:yes", yes, yes).unwrap();
    let too_long = MAX_WRAPPED_LEN + 1;
    assert!(matches!(wrapper.wrap(&key()), Err(WrapError::Size { len }) if len == too_long));
    assert!(matches!(wrapper.unwrap(b"x"), Err(WrapError::Size { len: 33 })));
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(matches!(wrapper.unwrap(&vec![0; too_long]), Err(WrapError::Refused)));
}

#[test]
fn a_program_that_fails_is_not_believed() {
    assert!(matches!(both("/bin/cat; exit 3").wrap(&key()), Err(WrapError::Status(3))));
    assert!(matches!(both("/bin/cat; exit 3").unwrap(key().expose()), Err(WrapError::Status(3))));
    assert!(matches!(both("kill -9 $$").wrap(&key()), Err(WrapError::Status(137))));
    let none = ["/nonexistent/program"];
    let wrapper = CommandWrapper::new("test:none", none, none).unwrap();
    assert!(matches!(wrapper.wrap(&key()), Err(WrapError::Program(_))));
    for len in [0, 1, 31, 33] {
        let wrapper = both(&format!("/usr/bin/head -c {len} /dev/zero"));
        assert!(matches!(wrapper.unwrap(b"x"), Err(WrapError::Size { len: found }) if found == len));
    }
}

#[test]
fn a_program_is_named_by_an_absolute_path() {
    let new = |name, wrap: &[&str], unwrap: &[&str]| CommandWrapper::new(name, wrap, unwrap).err();
    assert!(matches!(new("x", &["cat"], &["/bin/cat"]), Some(WrapError::RelativeProgram)));
    assert!(matches!(new("x", &["/bin/cat"], &["./cat"]), Some(WrapError::RelativeProgram)));
    assert!(matches!(new("x", &[], &["/bin/cat"]), Some(WrapError::RelativeProgram)));
    assert!(matches!(new("a b", &["/bin/cat"], &["/bin/cat"]), Some(WrapError::Name)));
}

#[test]
fn asvs_v16_2_5_debug_shows_neither_arguments_nor_variables() {
    let wrapper = both("token=hunter2").with_env("TOKEN", "hunter2");
    assert!(!format!("{wrapper:?}").contains("hunter2"));
}
