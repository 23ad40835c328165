import Glibc

/// A mark on a pipe that both of its ends see: who writes into it has told people what its reader would tell them again.
/// The mark is the permission to execute, which means nothing for a pipe. Pipes that have a name in the file system are left alone.
public enum PipeMark {
  /// Sets the mark; before anything is written, so that the reader sees it with the first byte.
  public static func set(_ descriptor: Int32) {
    if isPipe(descriptor) { fchmod(descriptor, 0o700) }
  }

  public static func isSet(_ descriptor: Int32) -> Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO && status.st_mode & S_IXUSR != 0
  }

  public static func isPipe(_ descriptor: Int32) -> Bool {
    var name = [CChar](repeating: 0, count: 16)
    return readlink("/proc/self/fd/\(descriptor)", &name, name.count - 1) > 0 && strncmp(name, "pipe:[", 6) == 0
  }

  /// Waits until there is something to read or the writer has gone; a signal ends the wait.
  public static func awaitWriter(_ descriptor: Int32) {
    var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    _ = poll(&wait, 1, -1)
  }
}
