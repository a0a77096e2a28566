PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE chatd_schema (version integer not null, min_node integer not null) strict;
INSERT INTO chatd_schema VALUES(3,3);
CREATE TABLE streams (
    id integer primary key autoincrement,
    rules integer not null default 1,
    closed integer not null default 0
  , rights text) strict;
INSERT INTO streams VALUES(0,1,0,NULL);
INSERT INTO streams VALUES(1,1,0,'{"owner":null,"maker":null,"operators":[],"invited":[],"bans":[]}');
INSERT INTO streams VALUES(2,9,0,'{"owner":44500794476683,"maker":44500794476683,"operators":[44500794476684],"invited":[],"bans":[{"id":44500794476686,"key":"four","name":"four","until":4102444800000000},{"id":0,"key":"gone","name":"gone","until":4948948797501000}]}');
INSERT INTO streams VALUES(3,2,0,'{"owner":44500794476683,"maker":44500794476683,"operators":[],"invited":[44500794476684],"bans":[]}');
INSERT INTO streams VALUES(4,2,1,'{"owner":44500794476683,"maker":44500794476683,"operators":[],"invited":[],"bans":[]}');
CREATE TABLE entries (
    stream_id integer not null references streams,
    pos integer not null,
    seq integer not null,
    at integer not null,
    kind integer not null,
    author_id integer,
    author text not null,
    body text not null,
    primary key (stream_id, pos)
  ) strict, without rowid;
INSERT INTO entries VALUES(1,1,0,1795348793483000,11,NULL,'chatd','');
INSERT INTO entries VALUES(2,1,0,1795348794798000,11,44500794476683,'One','');
INSERT INTO entries VALUES(2,2,1,1795348795099000,0,44500794476683,'One','hello planes');
INSERT INTO entries VALUES(2,3,1,1795348795248000,10,44500794476683,'One','All about planes');
INSERT INTO entries VALUES(2,4,2,1795348795548000,0,44500794476684,'two','hi, ünïcödé ✈');
INSERT INTO entries VALUES(2,5,3,1795348795847000,1,44500794476685,'three','waves');
INSERT INTO entries VALUES(2,6,4,1795348796148000,0,44500794476686,'four','I am here to annoy');
INSERT INTO entries VALUES(2,7,4,1795348796299000,25,44500794476683,'One','44500794476684 two');
INSERT INTO entries VALUES(2,8,4,1795348796450000,25,44500794476683,'One','44500794476685 three');
INSERT INTO entries VALUES(2,9,4,1795348796601000,26,44500794476683,'One','44500794476685 three');
INSERT INTO entries VALUES(2,10,4,1795348796752000,22,44500794476684,'two','44500794476686 four');
INSERT INTO entries VALUES(2,11,4,1795348797052000,23,44500794476683,'One','44500794476686 four 4102444800000000');
INSERT INTO entries VALUES(2,12,4,1795348797201000,23,44500794476683,'One','44500794476685 three');
INSERT INTO entries VALUES(2,13,4,1795348797351000,24,44500794476683,'One','44500794476685 three');
INSERT INTO entries VALUES(2,14,4,1795348797501000,23,44500794476683,'One','0 gone 4948948797501000');
INSERT INTO entries VALUES(3,1,0,1795348797652000,11,44500794476683,'One','');
INSERT INTO entries VALUES(3,2,1,1795348797951000,0,44500794476683,'One','psst');
INSERT INTO entries VALUES(3,3,1,1795348798101000,21,44500794476683,'One','44500794476684 two');
INSERT INTO entries VALUES(3,4,2,1795348798404000,0,44500794476684,'two','I hear you');
INSERT INTO entries VALUES(4,1,0,1795348798553000,11,44500794476683,'One','');
INSERT INTO entries VALUES(4,2,1,1795348798853000,0,44500794476683,'One','this room ends');
INSERT INTO entries VALUES(4,3,1,1795348799298000,29,44500794476683,'One','');
CREATE TABLE rooms (
    id integer primary key references streams,
    key text not null,
    name text not null,
    private integer not null,
    topic text not null default '',
    destroyed integer not null default 0
  ) strict;
INSERT INTO rooms VALUES(1,'lobby','lobby',0,'',0);
INSERT INTO rooms VALUES(2,'planes','Planes',0,'All about planes',0);
INSERT INTO rooms VALUES(3,'secret','Secret',1,'',0);
INSERT INTO rooms VALUES(4,'gone','Gone',0,'',1);
CREATE TABLE appends (
    node_id integer primary key,
    batch integer not null,
    heads text not null
  ) strict;
CREATE TABLE bans (
    subject text primary key,
    until integer,
    reason text not null,
    author text not null,
    at integer not null
  ) strict;
INSERT INTO bans VALUES('10.0.0.0/8',NULL,'floods','root',1795000000000000);
INSERT INTO bans VALUES('troll',4102444800000000,'','root',1795000000000001);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('streams',4);
CREATE UNIQUE INDEX rooms_key on rooms (key) where destroyed = 0;
COMMIT;
