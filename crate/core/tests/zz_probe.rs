use rocksdb::{DB, Options};
#[test]
fn probe() {
    let dir = std::path::Path::new("/tmp/fullp");
    std::fs::create_dir_all(dir).unwrap();
    let sh = |c: &str| assert!(std::process::Command::new("sh").arg("-c").arg(c).status().unwrap().success() || c.contains("dd"));
    sh("mount -t tmpfs -o size=4m x /tmp/fullp");
    let mut o = Options::default();
    o.create_if_missing(true);
    let db = DB::open(&o, dir.join("db")).unwrap();
    db.put(b"a", vec![1; 1000]).unwrap();
    sh("dd if=/dev/zero of=/tmp/fullp/ballast bs=4k count=4000 2>/dev/null");
    for i in 0..20 { println!("put {:?}", db.put(format!("k{i}"), vec![1; 1000])); }
    println!("resume full {:?}", db.resume());
    std::fs::remove_file("/tmp/fullp/ballast").unwrap();
    for i in 0..8 {
        println!("resume {:?}", db.resume());
        println!("put {:?}", db.put(format!("l{i}"), vec![1; 1000]));
        std::thread::sleep(std::time::Duration::from_millis(1000));
    }
    for i in 0..20 { print!("{} ", db.get(format!("k{i}")).unwrap().is_some()); }
    drop(db);
    let db = DB::open(&o, dir.join("db")).unwrap();
    println!();
    for i in 0..20 { print!("{} ", db.get(format!("k{i}")).unwrap().is_some()); }
    drop(db);
    sh("umount -l /tmp/fullp");
}
