// Asio's own code, compiled once for all who use it (BOOST_ASIO_SEPARATE_COMPILATION, see CMakeLists.txt).
#include <boost/asio/impl/src.hpp>
