//! Constructor ids of objects that have no generated type: most hold other messages or results, which TL cannot express.

/// `msg_container`
pub const MSG_CONTAINER: u32 = 0x73f1_f8dc;
/// `gzip_packed`
pub const GZIP_PACKED: u32 = 0x3072_cfa1;
/// `rpc_result`
pub const RPC_RESULT: u32 = 0xf35c_6d01;
/// `future_salts`, whose vector is bare.
pub const FUTURE_SALTS: u32 = 0xae50_0895;
/// `http_wait`
pub const HTTP_WAIT: u32 = 0x9299_359f;
