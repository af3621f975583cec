use crate::bytes::{concat, sha1};
use crate::dh::bytes;
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{NonZero, Odd, U1024, U2048};

/// The RSA key of a server.
///
/// > RSA public keys are needed only to establish the authorization key.
pub struct RsaKey {
    modulus: U2048,
    first: Prime,
    second: Prime,
    /// The inverse of the second prime modulo the first.
    coefficient: U1024,
    /// The fingerprint by which clients refer to the key.
    pub fingerprint: i64,
}

/// One prime factor with its private exponent, for decryption by the Chinese remainder theorem.
struct Prime {
    value: U1024,
    exponent: U1024,
    params: FixedMontyParams<{ U1024::LIMBS }>,
}

/// The public half of [`RsaKey::development`], as clients read it (PKCS #1).
pub const DEVELOPMENT_PEM: &str = "\
-----BEGIN RSA PUBLIC KEY-----\n\
MIIBCgKCAQEA0M56PngtLtjFGmYZ6an+nvFWMo3XRHlFfFCx6O+30pQEQdWKaFJ6\n\
PEWXN+vQ2tzt8Ews8ucdSQSyBIWwawrdTpgozt8ZhNgoNmKd2nw4knwbqzH4Akg5\n\
VhiIe3BY5uxnx3x7XqBebOjR3n0kQ3cauWEAdkfiL4lqY5mqq4ETw14n4QJH5yuj\n\
hHe9dhXDHtV9jauIfCI1iT0EPRvMTA0E6s7vB+TMdWw7ibsOPUyrTjGuaAvLzAHs\n\
2wznzetUl2xQmZRD2iln6xXK7D0R5caOsTeXYbkm/lvbI0MUfAV5Ij/KOt352rpl\n\
CCx8OWRtmmI4JTotZpjzdXwAPb3287fkEQIDAQAB\n\
-----END RSA PUBLIC KEY-----\n";

const MODULUS: &str = "d0ce7a3e782d2ed8c51a6619e9a9fe9ef156328dd74479457c50b1e8efb7d2940441d58a68527a3c459737ebd0\
     dadcedf04c2cf2e71d4904b20485b06b0add4e9828cedf1984d82836629dda7c38927c1bab31f8024839561888\
     7b7058e6ec67c77c7b5ea05e6ce8d1de7d2443771ab961007647e22f896a6399aaab8113c35e27e10247e72ba3\
     8477bd7615c31ed57d8dab887c2235893d043d1bcc4c0d04eaceef07e4cc756c3b89bb0e3d4cab4e31ae680bcb\
     cc01ecdb0ce7cdeb54976c50999443da2967eb15caec3d11e5c68eb1379761b926fe5bdb2343147c0579223fca\
     3addf9daba65082c7c39646d9a6238253a2d6698f3757c003dbdf6f3b7e411";
const FIRST: &str = "efaf7884119c91decc3d8e0a807e5566f9dd53c615d00cd67ea2fc06b2b422f6d8e1c1ca6f9c9ec552a408c51f\
     e8b7ae5f218048b87a48909b47e0a9779c58318f94d9ba6da50f742119f6cf00b24139ef0884049a05a9499bec\
     577d515fc2fd92c3c2b2e4011afbe0b61d07e6535b31ee6a4574c3d4c1097e71aad61a9b1597";
const SECOND: &str = "df04f0df4449d21eddf39f137fb14f5f8fe5267e5769f501e86e70f310cbc553869e123ae90ae3d7ffcf44ca2d\
     609032109349a38963c0bb1f0b2d3844b17a38749733dd9d034b2036c62b077dd1666984e034c68fcd6e5d8354\
     693b29a14c40a20201bd71b73a5de189f21fcdeb23ed04390830667c87c4d9a6a776c0881897";
const FIRST_EXPONENT: &str = "0b6dcd8c569ea5a1ff112c55b9dccc4bb5bc65033c0508a7adb02dde4fe52109ae3bcd96ce8da4507a6951f5bc\
     58c7716c1dd7d51fdeccd9005e840af0a626da6e2345e28ad9e50bbf8c52657a7e057832bab038dbf34b283464\
     27a3d51e80d8c087cf1fe2995ee505c9094758273f60f9225e1f7c3b07dd61072083470f800f";
const SECOND_EXPONENT: &str = "61da1621b021bfbae161aa3370fc883a02b5e56cdbc7d6c36e8b3eadb779e0eba40e292b85e2cc53929f0bacb5\
     ba3faa67d1682703fa2baf2e90c5d78174698ee9c109f5bb959d59d60e9f049b74cc3d921a99ad619d1e46937f\
     eee8117cff2b00aa66bf0b6cfc840298770ef357af9ca814a9fe2a898b3c98cee17d5e3e98a3";
const COEFFICIENT: &str = "619a5fbd58f455e9d0622f625b722b2191a6313aa65af4df9a9e5a0c32b56a3f78f293aa9983b104d043a49b17\
     9614777c3b41504228b0e1b5f775efe3be40b63502fef5f62f133a62dd6fab6e166dd6c045c7c1952000501a34\
     1e9ac7bab61ac85731f3bbc5496b2b015e932995820faf0ed68d69f8590a690d9948a1352fac";

impl Prime {
    fn new(value: &str, exponent: &str) -> Option<Self> {
        let value = U1024::from_be_hex(value);
        let params = FixedMontyParams::new(Odd::new(value).into_option()?);
        Some(Self { value, exponent: U1024::from_be_hex(exponent), params })
    }

    /// `base ^ exponent` modulo this prime, in constant time.
    fn power(&self, base: &U2048) -> Option<FixedMontyForm<{ U1024::LIMBS }>> {
        let prime = NonZero::new(self.value.resize::<{ U2048::LIMBS }>()).into_option()?;
        let reduced = base.rem(&prime).resize::<{ U1024::LIMBS }>();
        Some(FixedMontyForm::new(&reduced, &self.params).pow(&self.exponent))
    }
}

impl RsaKey {
    /// The key that every Parlor server has. Clients contain its public half; its private half protects nothing
    /// (`docs/decisions/0001-one-rsa-key.md`).
    pub fn development() -> Option<Self> {
        let modulus = U2048::from_be_hex(MODULUS);
        Some(Self {
            modulus,
            first: Prime::new(FIRST, FIRST_EXPONENT)?,
            second: Prime::new(SECOND, SECOND_EXPONENT)?,
            coefficient: U1024::from_be_hex(COEFFICIENT),
            fingerprint: fingerprint(&modulus),
        })
    }

    /// The raw private-key operation; `None` unless the data is 256 bytes that form a number below the modulus.
    pub fn decrypt(&self, data: &[u8]) -> Option<[u8; 256]> {
        let number = U2048::from_be_slice(<&[u8; 256]>::try_from(data).ok()?);
        if number >= self.modulus {
            return None;
        }
        let (a, b) = (self.first.power(&number)?, self.second.power(&number)?.retrieve());
        // Garner's formula: b + second * ((a - b) * coefficient mod first).
        let first = |value: &U1024| FixedMontyForm::new(value, &self.first.params);
        let first_prime = NonZero::new(self.first.value).into_option()?;
        let difference = a.sub(&first(&b.rem(&first_prime))).mul(&first(&self.coefficient)).retrieve();
        let product: U2048 = difference.concatenating_mul(&self.second.value);
        Some(bytes(&product.wrapping_add(&b.resize())))
    }

    /// The raw public-key operation of a client; `None` if the bytes do not form a number below the modulus.
    #[cfg(any(test, feature = "client"))]
    pub fn encrypt(&self, data: &[u8; 256]) -> Option<[u8; 256]> {
        if U2048::from_be_slice(data) >= self.modulus {
            return None;
        }
        let params = FixedMontyParams::new_vartime(Odd::new(self.modulus).into_option()?);
        let number = FixedMontyForm::new(&U2048::from_be_slice(data), &params);
        Some(bytes(&number.pow_vartime(&U2048::from_u32(65537)).retrieve()))
    }
}

/// > fingerprint: lower 64 bits of the SHA1 of the key's bare type
fn fingerprint(modulus: &U2048) -> i64 {
    // Two TL byte strings: the modulus (its length, 256, in three bytes after 254) and the exponent, 65537.
    let mut bare = vec![254, 0, 1, 0];
    bare.extend_from_slice(&bytes(modulus));
    bare.extend_from_slice(&[3, 1, 0, 1]);
    let digest = sha1(&[&bare]);
    i64::from_le_bytes(concat(&[&digest[12..]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decryption_inverts_encryption_and_other_input_is_refused() {
        let key = RsaKey::development().unwrap();
        assert_eq!(key.fingerprint, 3108109122573104242);
        let mut secret = [0x5a; 256];
        secret[0] = 0;
        assert_eq!(key.decrypt(&key.encrypt(&secret).unwrap()), Some(secret));
        assert_eq!(key.decrypt(&[0xff; 256]), None, "not below the modulus");
        assert_eq!(key.decrypt(&[1; 255]), None, "too short");
    }
}
