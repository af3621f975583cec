use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::functions::PhotosGetUserPhotos;
use parlor_wire_tl::{enums, types};

/// Answers with an empty list: accounts have no photos.
pub(super) async fn get_user_photos(context: &Context, request: PhotosGetUserPhotos) -> Answer {
    let me = context.me()?;
    let users = context.read(|world, _| {
        let found = decode::user(world, me, &request.user_id)?;
        Ok::<_, RpcError>(view::users_of(world, me, [found]))
    });
    let photos = types::PhotosPhotos { photos: Vec::new(), users: users.await?? };
    context.encode(&enums::PhotosPhotos::from(photos))
}
