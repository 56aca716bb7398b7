//! Tokens and passwords, one operation at a time.

use benches::Failure;
use benches::rig::{Tokens, grant, key, new_authenticator};
use criterion::Criterion;
use std::hint::black_box;
use std::sync::Arc;
use stockade_authn::Authenticate;
use stockade_authn::jose::Algorithm;
use stockade_authn::password::{
    Argon2Params, Password, PasswordContext, PasswordHasher, PasswordPolicy, Peppers,
};
use stockade_core::{Clock, SystemClock, SystemEntropy};

fn main() -> Result<(), Failure> {
    let mut criterion = Criterion::default().configure_from_args();
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256, Algorithm::Hs256] {
        tokens(&mut criterion, algorithm)?;
    }
    authenticate(&mut criterion)?;
    passwords(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}

fn tokens(criterion: &mut Criterion, algorithm: Algorithm) -> Result<(), Failure> {
    let tokens = Tokens::new(key(algorithm)?)?;
    let grant = grant(SystemClock::new().now())?;
    let name = algorithm.name();
    criterion.bench_function(&format!("access token, verify, {name}"), |bencher| {
        bencher.iter(|| tokens.verifier.verify(black_box(&tokens.token)));
    });
    criterion.bench_function(&format!("access token, issue, {name}"), |bencher| {
        bencher.iter(|| tokens.issuer.issue(black_box(grant.clone())));
    });
    Ok(())
}

fn authenticate(criterion: &mut Criterion) -> Result<(), Failure> {
    let mut tokens = Tokens::new(key(Algorithm::EdDsa)?)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let authenticator = runtime.block_on(new_authenticator(&mut tokens))?;
    criterion.bench_function("authenticate, remembered token", |bencher| {
        bencher.iter(|| runtime.block_on(authenticator.authenticate(black_box(&tokens.token)).resolve()));
    });
    Ok(())
}

fn passwords(criterion: &mut Criterion) -> Result<(), Failure> {
    let hasher = PasswordHasher::new(Argon2Params::default(), Peppers::none(), Arc::new(SystemEntropy))?;
    let typed = Password::new("correct horse battery staple".to_owned())?;
    let hash = hasher.hash(&PasswordPolicy::default().accept(typed.clone(), &PasswordContext::default())?)?;
    let mut group = criterion.benchmark_group("password, default parameters");
    group.sample_size(20);
    group.bench_function("verify", |bencher| bencher.iter(|| hasher.verify(&typed, Some(&hash))));
    group.bench_function("verify, unknown user", |bencher| bencher.iter(|| hasher.verify(&typed, None)));
    group.finish();
    Ok(())
}
