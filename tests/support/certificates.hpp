#pragma once
// Throw-away certificates, good and bad, as files in a temporary folder. In a build without OpenSSL
// there are none.

#include <memory>
#include <string>
#include <vector>

namespace sandpiper::test {

/// What a certificate says. A value.
struct certificate_wish {
  std::string common_name = "sandpiper test";
  std::vector<std::string> hosts = {"localhost"};
  std::vector<std::string> addresses = {};
  int begins_in_days = -1;
  int ends_in_days = 1;
  bool for_servers = true;  // or for clients
};

/// PEM files.
struct certificate_files {
  std::string certificate;
  std::string key;
};

/// Signs certificates. The files are gone when it is. Throws std::runtime_error when OpenSSL fails.
class authority {
 public:
  /// It may be out of date as well.
  explicit authority(const std::string& name = "sandpiper test authority", int ends_in_days = 1);
  ~authority();
  authority(const authority&) = delete;
  authority& operator=(const authority&) = delete;

  [[nodiscard]] const std::string& certificate_file() const noexcept;

  [[nodiscard]] certificate_files issue(const certificate_wish& wish = {}) const;
  [[nodiscard]] certificate_files issue_for_client(const std::string& name) const;

  /// Nobody signs it but itself.
  [[nodiscard]] certificate_files self_signed(const certificate_wish& wish = {}) const;

  /// The same key, behind a passphrase.
  [[nodiscard]] std::string encrypted_key(const certificate_files& of,
                                          const std::string& passphrase) const;

  /// Where its files are; others may be laid beside them.
  [[nodiscard]] const std::string& folder() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace sandpiper::test
