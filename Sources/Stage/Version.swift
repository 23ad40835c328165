/// The version of the whole: executables, records and docs move together.
public let snipersightVersion = "0.1.0"
