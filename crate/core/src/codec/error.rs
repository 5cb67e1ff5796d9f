/// Why bytes are not a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodecError {
    #[error("the value ends too early")]
    Truncated,
    #[error("the value has bytes that mean nothing")]
    Trailing,
    #[error("the value's header {0:#04x} is unknown")]
    UnknownHeader(u8),
    #[error("the value has a part of unknown kind {0:#04x}")]
    UnknownTag(u8),
    #[error("the value is nested deeper than {} levels", super::tags::DEPTH_LIMIT)]
    TooDeep,
    #[error("the value has a wrong {0}")]
    Malformed(&'static str),
    #[error("the value refers to something that is not there: {0}")]
    Missing(&'static str),
}
