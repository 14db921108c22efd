// Beast's own code, compiled once (BOOST_BEAST_SEPARATE_COMPILATION, see CMakeLists.txt).
#include <boost/beast/src.hpp>
